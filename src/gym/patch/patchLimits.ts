// What a patch of an experiment may do. A patch that does more is refused before it touches anything; a command never comes in by
// one, since configurations and package files are out of its reach.
import { isTestPath } from '../history/findTests.ts';
import { type FileDiff, parseUnifiedDiff } from './unifiedDiff.ts';

/** Files of one patch. */
const maxFiles = 5;
/** Code by its name. Whatever configures a tool is none, however it is written. */
const code = /\.(?:[cm]?[jt]sx?|py|go|rs|java|kts?|scala|rb|php|cs|swift|c|cc|cpp|h|hpp|vue|svelte)$/;
const configures = /(?:^|[/.])(?:[^/]*\.config|conftest|setup|[^/]*rc)\.\w+$/i;

/** `test`: changes files of tests. `probe`: adds lines to code that is there. `change`: changes code that is there, and no test. */
type PatchKind = 'test' | 'probe' | 'change';

/** null: it may be tried. */
export function patchProblem(kind: PatchKind, patch: string): string | null {
  const parsed = parseUnifiedDiff(patch);
  if (!parsed.ok) return `Its patch cannot be read: ${parsed.failure.message}`;
  if (parsed.value.length > maxFiles) return `Its patch changes more than ${maxFiles} files.`;
  for (const file of parsed.value) {
    const problem = fileProblem(kind, file);
    if (problem !== null) return problem;
  }
  return null;
}

function fileProblem(kind: PatchKind, { oldPath, newPath, executable, hunks }: FileDiff): string | null {
  const path = JSON.stringify((newPath ?? oldPath ?? '').slice(0, 200));
  if (oldPath === null || oldPath !== newPath || executable === true)
    return `Its patch makes, removes or renames ${path}; it may only change what is there.`;
  if (!code.test(oldPath) || configures.test(oldPath)) return `Its patch changes ${path}, which is no code.`;
  if (kind === 'test') return isTestPath(oldPath) ? null : `Its patch changes ${path}, which is no test.`;
  if (kind === 'change') return isTestPath(oldPath) ? `Its patch changes ${path}, which is a test.` : null;
  return hunks.every(({ oldLines, newLines }) => isAdding(oldLines, newLines))
    ? null
    : `Its patch changes or removes lines of ${path}; a probe may only add some.`;
}

/** Whether every old line is still there, in order. */
function isAdding(oldLines: readonly string[], newLines: readonly string[]): boolean {
  let at = 0;
  for (const line of newLines) if (line === oldLines[at]) at += 1;
  return at === oldLines.length;
}
