// Weakenings in package.json and in the compiler's settings: test scripts, runner settings, runners, strictness.
import type { Finding } from '../../protocol/verdict.ts';
import type { GateContext } from '../gate.ts';
import type { TreeChange } from '../treeReader.ts';
import { findingOf } from './finding.ts';
import { parseJson, record, textPairs } from './texts.ts';

const isPackage = (path: string): boolean => path === 'package.json' || path.endsWith('/package.json');
const isCompilerConfig = (path: string): boolean => /(?:^|\/)(?:tsconfig[^/]*|jsconfig)\.json$/.test(path);
const runnerKeys = ['jest', 'mocha', 'vitest', 'ava', 'c8', 'nyc', 'eslintConfig', 'tap'];
const runsByItself = /^(?:pre|post)(?:test|install|prepare|pack)|^(?:install|prepare)$/;
const runners =
  /^(?:vitest|jest|mocha|ava|tap|tape|jasmine|karma|playwright|@playwright\/test|cypress|c8|nyc|eslint|@biomejs\/biome|typescript|chai|supertest)$/;
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
      if (old === now) continue;
      const text = `The script "${name}" was changed from ${quote(old)} to ${quote(now)}.`;
      // A script that is new weakens nothing that was there, unless it runs by itself.
      if (judgingScript.test(name) && old !== undefined) findings.push(finding('test-script', path, text));
      else if (old !== undefined || runsByItself.test(name))
        findings.push(finding('changed-script', path, text, 'warning'));
    }
    findings.push(...runnerFindings(path, before, after));
    for (const key of runnerKeys)
      if (before[key] !== undefined && JSON.stringify(before[key]) !== JSON.stringify(after[key]))
        findings.push(finding('test-configuration', path, `The settings under "${key}" were changed.`));
  }
  return findings;
}

/** A runner that is taken away, or that comes from somewhere else than the registry. */
function runnerFindings(path: string, before: Record<string, unknown>, after: Record<string, unknown>): Finding[] {
  const all = (from: Record<string, unknown>) => ({ ...record(from.dependencies), ...record(from.devDependencies) });
  const [old, now] = [all(before), all(after)];
  const overrides =
    JSON.stringify(before.overrides ?? before.resolutions ?? null) !==
    JSON.stringify(after.overrides ?? after.resolutions ?? null);
  return [
    ...Object.keys(old).flatMap((name) => {
      if (!runners.test(name) || old[name] === now[name]) return [];
      if (now[name] === undefined)
        return [finding('test-configuration', path, `The dependency ${name}, which judges, was removed.`, 'warning')];
      const isElsewhere = /^(?:file|link|git|github|npm|https?|portal|patch):|\//.test(String(now[name]));
      return isElsewhere
        ? [
            finding(
              'test-configuration',
              path,
              `The dependency ${name}, which judges, comes from ${String(now[name])} now.`,
            ),
          ]
        : [];
    }),
    ...(overrides ? [finding('changed-script', path, 'The overrides of dependencies were changed.', 'warning')] : []),
  ];
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

const finding = (rule: string, path: string, message: string, severity: Finding['severity'] = 'error'): Finding =>
  findingOf({ rule, path, message, severity });
const quote = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

async function both(changes: readonly TreeChange[], context: GateContext) {
  const pairs = await textPairs(changes, context);
  return pairs.map(({ path, before, after }) => ({
    path,
    before: record(parseJson(before)),
    after: record(parseJson(after)),
  }));
}
