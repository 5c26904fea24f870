// Recorded expectations that were rewritten. New ones take nothing away. Only texts are compared.
import type { Finding } from '../../protocol/verdict.ts';
import type { GateContext } from '../gate.ts';
import { readText, type TreeChange } from '../treeReader.ts';
import { findingOf } from './finding.ts';

const isSnapshot = (path: string): boolean =>
  /\.(?:snap|snapshot|ambr|approved\.\w+|golden)$|(?:^|\/)__(?:image_)?snapshots__\//.test(path);

export async function snapshotFindings(
  changes: readonly TreeChange[],
  { files, baseTree, candidateTree }: GateContext,
  hasCodeChanged: boolean,
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { path, oldPath, kind } of changes) {
    if (kind === 'added' || !isSnapshot(oldPath ?? path)) continue;
    const before = await readText(files, baseTree, oldPath ?? path);
    const after = await readText(files, candidateTree, path);
    if (before !== undefined && before === after) continue;
    const changed = before === undefined || after === undefined ? [path] : changedEntries(before, after);
    if (changed.length === 0) continue;
    found.push(
      findingOf({
        rule: 'rewritten-snapshot',
        path,
        message: `The change rewrites ${changed.length} recorded ${changed.length === 1 ? 'expectation' : 'expectations'} in ${path}.`,
        // With the code, what was recorded may rightly change.
        severity: hasCodeChanged && after !== undefined ? 'warning' : 'error',
        evidence: changed.slice(0, 20).join('\n'),
      }),
    );
  }
  return found;
}

/** Names of entries that are no longer what they were; a file without named entries is one. */
function changedEntries(before: string, after: string): string[] {
  const old = entriesOf(before);
  const now = entriesOf(after);
  if (old.size === 0) return after.startsWith(before) ? [] : ['(the whole file)'];
  return [...old].filter(([name, text]) => now.get(name) !== text).map(([name]) => name);
}

function entriesOf(text: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const [, exported, named, body] of text.matchAll(
    /^(?:exports\[`((?:\\.|[^`])*)`\]|# name: (.+))([\s\S]*?)(?=^exports\[|^# name: |$(?![\s\S]))/gm,
  ))
    entries.set(exported ?? named ?? '', (body ?? '').trim());
  return entries;
}
