// What the invariants gate says of the baseline: that it grew, cannot be read, or could be smaller.
import { type BaselineEntry, baselinePath, grownEntries, parseBaseline } from '../invariants/baseline.ts';
import type { Finding, Severity } from '../protocol/verdict.ts';
import { readText, type TreeReader } from './treeReader.ts';

/** The base's baseline judges. What the candidate's own adds to it is a finding, whoever wrote it. */
export async function readBaselines(
  files: TreeReader,
  baseTree: string,
  candidateTree: string,
): Promise<{ entries: BaselineEntry[]; findings: Finding[] }> {
  const baseText = await readText(files, baseTree, baselinePath);
  const candidateText = await readText(files, candidateTree, baselinePath);
  const candidate = parseBaseline(candidateText ?? '');
  // A baseline that comes with the very change is how a repository begins to have one; the integrity gate shows it.
  const base = baseText === undefined ? candidate : parseBaseline(baseText);
  const findings = candidate.problems.map((message) => finding('baseline-format', 'error', message));
  const grown = grownEntries(base.entries, candidate.entries);
  if (grown.length > 0) {
    const reasons = [...new Set(grown.map(({ reason }) => reason).filter((reason) => reason !== ''))];
    const why = reasons.length === 0 ? '' : ` Reasons given: ${reasons.join('; ')}.`;
    findings.push(
      finding('baseline-grew', 'error', `The baseline grew by ${entries(grown.length)}; it may only shrink.${why}`),
    );
  }
  return { entries: base.entries, findings };
}

export const shrinkFinding = (gone: number): Finding =>
  finding(
    'baseline-shrinks',
    'info',
    `${entries(gone)} of the baseline no longer occur: run \`ratchet baseline shrink\`.`,
  );

export const movedFinding = (moved: number): Finding =>
  finding(
    'baseline-moved',
    'info',
    `${entries(moved)} of the baseline moved: run \`ratchet baseline shrink\` in the same change, so that they are found again.`,
  );

const finding = (what: string, severity: Severity, message: string): Finding => ({
  gate: 'invariants',
  rule: `invariants/${what}`,
  severity,
  message,
  path: baselinePath,
});

const entries = (count: number): string => `${count} ${count === 1 ? 'entry' : 'entries'}`;
