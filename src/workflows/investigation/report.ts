// The report of an investigation as Markdown. It says what was run and what came out, and nothing else.
import type { Evidence, InvestigationOutcome } from '../../protocol/investigation.ts';
import type { Suspect, Suspects } from '../../protocol/suspects.ts';
import type { GrownFunction, Timing } from '../../protocol/timing.ts';
import { amount as amountOf, measureName } from './concludeGap.ts';
import { inquirySections } from './hypotheses/inquiryReport.ts';
import { fenced, table } from './markdown.ts';
import { medianOf } from './timing/signedRank.ts';

export function reportOf(file: string, outcome: InvestigationOutcome): string {
  const { summary, confidence, symptom, culprits, hunks, evidence, ruledOut, unknown, timings, grown, ranking } =
    outcome;
  const sections = [
    `# Investigation of ${file}`,
    summary,
    `- Symptom: ${symptom}\n- Confidence: ${Math.floor(confidence * 100)} %\n- ${amount(outcome)}`,
  ];
  if (culprits.length > 0)
    sections.push(
      `## ${culprits.length === 1 ? 'Commit' : 'Candidates'}`,
      list(
        culprits.map(({ commit, subject, author, at }) =>
          commit === null ? subject : `\`${commit.slice(0, 10)}\` ${subject} (${author}, ${day(at)})`,
        ),
      ),
    );
  if (timings.length > 0) sections.push('## Timings', timingTable(timings));
  if (grown.length > 0) sections.push('## Functions that take longer', grownTable(grown));
  if (hunks.length > 0) {
    sections.push('## Lines');
    for (const { path, startLine, lines, today } of hunks) {
      const now =
        today === null
          ? 'these lines are gone today'
          : `today [${today.path}:${today.startLine}](/${today.path}#L${today.startLine})`;
      sections.push(`${path}, line ${startLine} of that commit; ${now}:`, fenced(lines.join('\n')));
    }
  }
  sections.push(...suspectSections(ranking));
  if (evidence.length > 0) sections.push('## Evidence', list(evidence.map(evidenceLine)));
  sections.push(...inquirySections(outcome.inquiry));
  if (ruledOut.length > 0) sections.push('## Ruled out, and seen on the way', list(ruledOut));
  if (unknown.length > 0) sections.push('## Unknown', list(unknown));
  return `${sections.join('\n\n')}\n`;
}

/** Suspects that the report lists. */
const maxSuspects = 10;

function suspectSections({ suspects, note }: Suspects): string[] {
  if (note === null) return [];
  const shown = suspects.slice(0, maxSuspects).map(suspectLine).join('\n');
  return ['## Suspects', ...(shown === '' ? [] : [shown]), note];
}

const suspectLine = ({ path, function: name, startLine, endLine, score, why }: Suspect, index: number): string =>
  `${index + 1}. \`${name}\` at [${path}:${startLine}-${endLine}](/${path}#L${startLine}), score ${score.toFixed(2)}: ${why.join('; ')}`;

function amount({ commits, runs, cachedRuns }: InvestigationOutcome): string {
  const known = cachedRuns === 0 ? '' : `, ${cachedRuns} more known from before`;
  return `${commits} commits could be it; ${runs} ${runs === 1 ? 'run' : 'runs'}${known}`;
}

function evidenceLine({ text, command, path, line }: Evidence): string {
  const place =
    path === null ? '' : ` at [${path}${line === null ? '' : `:${line}`}](/${path}${line === null ? '' : `#L${line}`})`;
  return `${text}${place}${command === null || command === '' ? '' : ` (\`${command}\`)`}`;
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line.replaceAll('\n', ' ')}`).join('\n');

function timingTable(timings: readonly Timing[]): string {
  const [measure = 'wall'] = timings.map((timing) => timing.measure);
  const rows = timings.map(({ before, after, ratio, low, high, verdict }) => [
    nameOf(after),
    nameOf(before),
    amountOf(medianOf(after.samples), measure),
    amountOf(medianOf(before.samples), measure),
    `${ratio.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
    String(after.samples.length),
    verdict ?? 'open',
  ]);
  const head = ['Commit', 'Against', `Median ${measureName(measure)}`, 'Before', 'Ratio (95 %)', 'Pairs', 'Verdict'];
  return table(head, rows);
}

function grownTable(grown: readonly GrownFunction[]): string {
  const rows = grown.map(({ path, name, line, selfBefore, selfAfter, totalBefore, totalAfter }) => [
    `\`${name}\` at [${path}:${line}](/${path}#L${line})`,
    `${selfBefore.toFixed(1)} ms`,
    `${selfAfter.toFixed(1)} ms`,
    `${totalBefore.toFixed(1)} ms`,
    `${totalAfter.toFixed(1)} ms`,
  ]);
  return table(['Function', 'Itself before', 'Itself', 'With calls before', 'With calls'], rows);
}

const nameOf = ({ commit, subject }: Timing['before']): string =>
  commit === null ? 'working copy' : `\`${commit.slice(0, 10)}\` ${subject}`;

/** The day in UTC. */
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
