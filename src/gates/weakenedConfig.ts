// Weakenings in files that are not code: test scripts and compiler strictness.
import { parse } from 'yaml';
import type { Finding } from '../protocol/verdict.ts';
import type { GateContext } from './gate.ts';
import { readText, type TreeChange } from './treeReader.ts';

const isPackage = (path: string): boolean => path === 'package.json' || path.endsWith('/package.json');
const isCompilerConfig = (path: string): boolean => /(?:^|\/)(?:tsconfig[^/]*|jsconfig)\.json$/.test(path);
const runnerKeys = ['jest', 'mocha', 'vitest', 'ava', 'c8', 'nyc', 'eslintConfig', 'tap'];
const judgingScript = /^(?:pre|post)?(?:test|lint|check|types?|typecheck|coverage|ci|verify)(?:[:.-].*)?$/;

/** Scripts and runner settings of package.json that decide how the project is tested. */
export async function packageFindings(changes: readonly TreeChange[], context: GateContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { path, before, after } of await both(
    changes.filter((change) => isPackage(change.path)),
    context,
  )) {
    const names = new Set([...Object.keys(record(before.scripts)), ...Object.keys(record(after.scripts))]);
    for (const name of names) {
      const [old, now] = [record(before.scripts)[name], record(after.scripts)[name]];
      // A script that is new weakens nothing that was there.
      if (!judgingScript.test(name) || old === undefined || old === now) continue;
      findings.push(
        finding('test-script', path, `The script "${name}" was changed from ${quote(old)} to ${quote(now)}.`),
      );
    }
    for (const key of runnerKeys)
      if (before[key] !== undefined && JSON.stringify(before[key]) !== JSON.stringify(after[key]))
        findings.push(finding('test-configuration', path, `The settings under "${key}" were changed.`));
  }
  return findings;
}

/** Checks of the TypeScript compiler that were on and are not on any more. */
export async function strictnessFindings(changes: readonly TreeChange[], context: GateContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { path, before, after } of await both(
    changes.filter((change) => isCompilerConfig(change.path)),
    context,
  )) {
    const [old, now] = [record(before.compilerOptions), record(after.compilerOptions)];
    for (const [option, value] of Object.entries(old)) {
      const isCheck = /^(?:strict|no[A-Z]|exact|useUnknown|alwaysStrict|allowUnreachable|allowUnused)/.test(option);
      if (isCheck && value === true && now[option] !== true)
        findings.push(finding('loosened-compiler', path, `The compiler option ${option} was switched off.`));
    }
    if (old.skipLibCheck !== true && now.skipLibCheck === true)
      findings.push(finding('loosened-compiler', path, 'skipLibCheck was switched on.'));
  }
  return findings;
}

const finding = (what: string, path: string, message: string): Finding => ({
  gate: 'integrity',
  rule: `integrity/${what}`,
  severity: 'error',
  message,
  path,
});
const quote = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

async function both(changes: readonly TreeChange[], { files, baseTree, candidateTree }: GateContext) {
  const pairs: { path: string; before: Record<string, unknown>; after: Record<string, unknown> }[] = [];
  for (const { path, oldPath, kind } of changes) {
    if (kind === 'added') continue;
    const before = await readText(files, baseTree, oldPath ?? path);
    const after = await readText(files, candidateTree, path);
    pairs.push({ path, before: record(parseJson(before)), after: record(parseJson(after)) });
  }
  return pairs;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** JSON with comments and trailing commas, as the compiler takes it. */
function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  const withoutComments = text.replace(
    /("(?:\\.|[^"\\])*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, string?: string) => string ?? '',
  );
  try {
    return parse(withoutComments);
  } catch {
    return undefined;
  }
}
