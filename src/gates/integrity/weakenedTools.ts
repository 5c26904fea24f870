// Settings of judging tools inside files that hold other things too: pyproject, setup.cfg, Cargo, Maven, Gradle, make.
import type { Finding } from '../../protocol/verdict.ts';
import type { GateContext } from '../gate.ts';
import type { TreeChange } from '../treeReader.ts';
import { findingOf } from './finding.ts';
import { iniSections, parseTomlText, record, type TextPair, textPairs } from './texts.ts';

const pythonTools = [
  'pytest',
  'coverage',
  'ruff',
  'mypy',
  'flake8',
  'pylint',
  'pyright',
  'tox',
  'nox',
  'bandit',
  'isort',
  'black',
];
const judgingSection = /^(?:tool:pytest|pytest|coverage:.*|flake8|mypy.*|pylint.*|tox|testenv.*|isort)$/;
const judgingTarget =
  /^(?:pre|post)?[-_]?(?:test|tests|check|lint|ci|verify|coverage|cover|cov|typecheck|vet|clippy)(?:[-_.:].*)?$/;
/** Lines of a build that decide whether and how tests run and what coverage is asked for. */
const buildLine =
  /skipTests|skipITs|maven\.test\.skip|testFailureIgnore|ignoreFailures|failIfNoTests|<(?:minimum|haltOnFailure|failOnViolation|failsOnError|excludedGroups|groups|exclude|include)>|\b(?:minimum|exclude|excludeTags|includeTags|enabled|onlyIf|failOnNoMatchingTests)\b|-Werror|-Xlint|allWarningsAsErrors/;

export async function toolFindings(changes: readonly TreeChange[], context: GateContext): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const pair of await textPairs(changes, context)) {
    const name = pair.path.split('/').at(-1) ?? '';
    if (name === 'pyproject.toml') found.push(...pyproject(pair));
    else if (name === 'setup.cfg') found.push(...setupCfg(pair));
    else if (name === 'Cargo.toml') found.push(...cargo(pair));
    else if (/^pom\.xml$|\.gradle(?:\.kts)?$/.test(name)) found.push(...build(pair));
    else if (/^(?:GNUm|M|m)akefile$|^justfile$|\.mk$/i.test(name)) found.push(...make(pair));
  }
  return found;
}

const changed = (path: string, what: string, severity: Finding['severity'] = 'error'): Finding =>
  findingOf({ rule: 'test-configuration', path, message: `The settings of ${what} were changed.`, severity });

function pyproject({ path, before, after }: TextPair): Finding[] {
  const [old, now] = [before, after].map((text) => record(record(parseTomlText(text)).tool));
  return pythonTools.flatMap((tool) => {
    const was = old?.[tool];
    return was === undefined || JSON.stringify(was) === JSON.stringify(now?.[tool]) ? [] : [changed(path, tool)];
  });
}

function setupCfg({ path, before, after }: TextPair): Finding[] {
  const now = iniSections(after);
  return [...iniSections(before)].flatMap(([section, text]) =>
    judgingSection.test(section) && now.get(section) !== text ? [changed(path, section)] : [],
  );
}

function cargo({ path, before, after }: TextPair): Finding[] {
  const [old, now] = [before, after].map((text) => record(parseTomlText(text)));
  const found: Finding[] = [];
  for (const key of ['lints', 'test', 'bench', 'profile'])
    if (old?.[key] !== undefined && JSON.stringify(old[key]) !== JSON.stringify(now?.[key]))
      found.push(changed(path, key, key === 'lints' || key === 'test' ? 'error' : 'warning'));
  const [lib, newLib] = [record(old?.lib), record(now?.lib)];
  for (const key of ['test', 'doctest', 'harness'])
    if (newLib[key] === false && lib[key] !== false) found.push(changed(path, `lib.${key}`));
  const workspace = [record(old?.workspace).lints, record(now?.workspace).lints].map((lints) => JSON.stringify(lints));
  if (workspace[0] !== undefined && workspace[0] !== workspace[1]) found.push(changed(path, 'workspace.lints'));
  return found;
}

function build({ path, before, after }: TextPair): Finding[] {
  const lines = (text: string | undefined) =>
    (text ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => buildLine.test(line));
  const [old, now] = [lines(before), lines(after)];
  const differs = [...old.filter((line) => !now.includes(line)), ...now.filter((line) => !old.includes(line))];
  if (differs.length === 0) return [];
  return [
    findingOf({
      rule: 'test-configuration',
      path,
      message: 'The change edits how the build tests.',
      evidence: differs.slice(0, 10).join('\n'),
    }),
  ];
}

function make({ path, before, after }: TextPair): Finding[] {
  const now = targetsOf(after);
  return [...targetsOf(before)].flatMap(([target, recipe]) =>
    judgingTarget.test(target) && now.get(target) !== recipe
      ? [findingOf({ rule: 'test-script', path, message: `The target "${target}" was changed.` })]
      : [],
  );
}

function targetsOf(text: string | undefined): Map<string, string> {
  const targets = new Map<string, string>();
  let target = '';
  for (const line of (text ?? '').split('\n')) {
    const name = /^([\w.-]+)(?:\s+[\w.-]+)*\s*:(?!=)/.exec(line)?.[1];
    if (name !== undefined) target = name;
    else if (!/^\s/.test(line)) target = '';
    if (target !== '' && line.trim() !== '') targets.set(target, `${targets.get(target) ?? ''}${line.trim()}\n`);
  }
  return targets;
}
