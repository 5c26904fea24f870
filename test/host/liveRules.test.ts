// Rules while a person types: what one file's text is found to break, beside what the gate finds in the same tree.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { invariantsGate } from '../../src/gates/invariants.ts';
import { treeReader } from '../../src/gates/treeReader.ts';
import { takeSnapshot } from '../../src/gym/snapshot.ts';
import { LiveRules } from '../../src/host/liveRules.ts';
import { identify } from '../../src/invariants/baseline.ts';
import type { Finding } from '../../src/protocol/verdict.ts';
import { engineEntry, gateContext, newEngine, openTestRepository, snapshotOf } from '../helpers/gates.ts';
import { type Files, makeRepository, type TestRepository } from '../helpers/repository.ts';

const rules = `version: 1
rules:
  - { id: ui/imports, kind: imports, message: m, rationale: w, from: ['src/ui/**'], forbid: ['src/db/**'], allowTypes: ['src/db/**'] }
  - { id: ui/reaches, kind: imports, message: m, rationale: w, from: ['src/ui/**'], reaches: ['npm:pg'] }
  - { id: ui/query, kind: calls, message: m, rationale: w, files: ['src/ui/**'], targets: [{ module: 'npm:pg', names: [query] }] }
  - { id: no/console, kind: calls, message: m, rationale: w, files: ['src/**'], targets: [{ global: ['console.*'] }] }
  - { id: no/eval, kind: select, message: m, rationale: w, files: ['src/**/*.ts'], selector: 'CallExpression[callee.name="eval"]', fix: { find: eval, replace: run } }
  - { id: no/now, kind: pattern, language: ts, message: m, rationale: w, files: ['src/**/*.ts'], pattern: Date.now() }
  - { id: few/lines, kind: metric, message: m, rationale: w, files: ['src/**/*.ts'], measure: lines, ratchet: false, max: 20 }
  - { id: no/growth, kind: metric, message: m, rationale: w, files: ['src/api/*.ts'], measure: functions }
  - { id: one/image, kind: data, message: m, rationale: w, sources: [{ name: images, files: ['deploy/*.yml'], query: '$.image' }], assert: [{ every: images, matches: ':' }] }
  - { id: no/circle, kind: imports, message: m, rationale: w, from: ['src/**'], cycles: true }
`;
const base: Files = {
  '.ratchet/invariants/rules.yml': rules,
  'src/ui/view.ts': "import { load } from '../api/load.ts';\nexport const view = load;\n",
  'src/api/load.ts': "export { q as load } from './none.ts';\n",
  'src/api/none.ts': 'export const q = () => 1;\n',
  'src/api/data.ts': "export { query as q } from 'pg';\n",
  'src/db/db.ts': 'export const db = 1;\n',
  'deploy/app.yml': 'image: app:1\n',
};

interface World {
  readonly live: LiveRules;
  readonly repo: TestRepository;
  readonly warnings: string[];
  /** What the gate finds in the working copy. */
  gate(path: string): Promise<Finding[]>;
}

const engine = newEngine();
afterAll(async () => await engine.dispose());
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function world(files: Files = base, limits: { idleMs?: number; ruleMs?: number } = {}): Promise<World> {
  const repo = makeRepository(files);
  closing.push(() => repo.remove());
  const repository = await openTestRepository(repo.root);
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const live = new LiveRules({
    ...{ repository, files: treeReader(repository), entry: engineEntry, limits },
    cacheDirectory: join(repository.commonDir, 'ratchet', 'cache'),
    log: { info: () => undefined, warn, error: warn },
    snapshot: async () => await takeSnapshot(repository),
  });
  closing.push(() => live.dispose());
  const baseTree = await snapshotOf(repository);
  return {
    ...{ live, repo, warnings },
    gate: async (path) => {
      const candidateTree = await snapshotOf(repository);
      const trees = { baseTree, candidateTree, files: treeReader(repository), engine };
      const checkout = async <T>(_tree: string, use: (folder: string) => Promise<T>) => await use(repo.root);
      const { findings } = await invariantsGate.judge(gateContext({ ...trees, checkout }));
      return findings.filter((finding) => finding.path === path);
    },
  };
}

async function findingsOf(live: LiveRules, path: string, text: string): Promise<readonly Finding[]> {
  const judged = await live.judge(path, text);
  if (!judged.ok) throw new Error(judged.failure.message);
  if (judged.value.kind !== 'judged') throw new Error(judged.value.kind);
  return judged.value.findings;
}

const texts: Record<string, [path: string, text: string, found: string[]]> = {
  nothing: ['src/ui/view.ts', base['src/ui/view.ts'] ?? '', []],
  'an import': ['src/ui/view.ts', "import { db } from '../db/db.ts';\nexport const view = db;\n", ['ui/imports']],
  'an import of a type': ['src/ui/view.ts', "import type { db } from '../db/db.ts';\nexport type V = typeof db;\n", []],
  'a chain of imports and a call through it': [
    'src/ui/view.ts',
    "import { q } from '../api/data.ts';\nexport const view = () => q('x');\n",
    ['ui/query', 'ui/reaches'],
  ],
  'calls, nodes and patterns': [
    'src/db/db.ts',
    'export const db = () => {\n  console.log(eval("1"));\n  return Date.now();\n};\n',
    ['no/console', 'no/eval', 'no/now'],
  ],
  'a long file': ['src/db/db.ts', '// a\n'.repeat(21), ['few/lines']],
  'a number that grew': ['src/api/none.ts', 'export const q = () => () => 1;\n', ['no/growth']],
  'a value': ['deploy/app.yml', 'image: app\n', ['one/image']],
};

describe('the text of one file', () => {
  it('is found to break what the gate finds broken in the same tree', async () => {
    const { live, repo, gate } = await world();
    for (const [name, [path, text, found]] of Object.entries(texts)) {
      const findings = await findingsOf(live, path, text);
      expect(findings.map(({ rule }) => rule).sort(), name).toEqual(found);
      repo.write({ [path]: text });
      const byLine = (a: Finding, b: Finding) => a.rule.localeCompare(b.rule);
      expect([...findings].sort(byLine), name).toEqual((await gate(path)).sort(byLine));
      repo.write({ [path]: base[path] ?? '' });
      expect(await findingsOf(live, path, base[path] ?? ''), name).toEqual([]);
    }
  });

  it('is judged with the other files as they were when they were looked at last', async () => {
    const { live, repo } = await world();
    const call = "import { load } from '../api/load.ts';\nexport const view = () => load('x');\n";
    expect(await findingsOf(live, 'src/ui/view.ts', call)).toEqual([]);
    const leading = "export { q as load } from './data.ts';\n";
    await findingsOf(live, 'src/api/load.ts', leading);
    expect(await findingsOf(live, 'src/ui/view.ts', `${call}// more\n`)).toEqual([]);
    repo.write({ 'src/api/load.ts': leading });
    expect(await live.refresh()).toMatchObject({ value: true });
    const findings = await findingsOf(live, 'src/ui/view.ts', `${call}// more\n`);
    expect(findings.map(({ rule }) => rule).sort()).toEqual(['ui/query', 'ui/reaches']);
  });

  it('is not judged where it cannot be parsed, by rules of the whole tree, or outside of the tree', async () => {
    const { live } = await world();
    expect(await live.judge('src/ui/view.ts', 'import {')).toMatchObject({ value: { kind: 'unread' } });
    expect(await live.judge('src/ui/other.ts', 'eval("1");')).toMatchObject({ value: { kind: 'none' } });
    const judged = await live.judge('src/db/db.ts', 'export const db = 1;');
    expect(judged).toMatchObject({ value: { rules: expect.not.arrayContaining(['no/circle']) } });
  });

  it('may break what the baseline tolerates', async () => {
    const text = 'export const db = eval("1");\n';
    const range = { startLine: 1, startColumn: 19, endLine: 1, endColumn: 28 };
    const violation = { rule: 'no/eval', path: 'src/db/db.ts', range, message: 'm', text: 'eval("1")', symbol: 'db' };
    const entry = identify([violation])[0]?.entry;
    const line = [entry?.rule, entry?.path, entry?.symbol, entry?.textDigest, 1, '-'].join('\t');
    const { live } = await world({ ...base, 'src/db/db.ts': text, '.ratchet/baseline.tsv': `${line}\n` });
    expect(await findingsOf(live, 'src/db/db.ts', `// moved\n${text}`)).toEqual([]);
    const more = await findingsOf(live, 'src/db/db.ts', `${text}export const more = eval("2");\n`);
    expect(more).toMatchObject([{ rule: 'no/eval', range: { startLine: 2 }, evidence: 'eval("2")', fix: 'run("2")' }]);
  });
});

describe('the child process', () => {
  it('is not started where there is no rule', async () => {
    const { live } = await world({ 'src/a.ts': 'eval("1");\n' });
    expect(await live.judge('src/a.ts', 'eval("2");')).toMatchObject({ value: { kind: 'none' } });
    expect(live.pid).toBeUndefined();
  });

  it('is started again when it was killed, in the middle of a question too', async () => {
    const { live, warnings } = await world();
    await findingsOf(live, 'src/db/db.ts', 'eval("1");');
    const first = live.pid ?? 0;
    process.kill(first, 'SIGKILL');
    expect(await findingsOf(live, 'src/db/db.ts', 'eval("2");')).toHaveLength(1);
    const second = live.pid ?? 0;
    expect(second).not.toBe(first);
    const asked = findingsOf(live, 'src/db/db.ts', 'eval("3");');
    process.kill(second, 'SIGKILL');
    expect(await asked).toHaveLength(1);
    expect(warnings.join('\n')).toContain('ended unexpectedly');
  });

  it('leaves a rule that hangs in a file to the check', async () => {
    const slow = `version: 1
rules:
  - { id: slow, kind: metric, message: m, rationale: w, files: ['**/*.txt'], measure: { regex: '(a+)+$' }, max: 0 }
  - { id: fast, kind: metric, message: m, rationale: w, files: ['**/*.txt'], measure: { regex: b }, ratchet: false, max: 0 }
`;
    const { live, warnings } = await world({ '.ratchet/invariants/r.yml': slow, 'a.txt': 'c\n' }, { ruleMs: 500 });
    const text = `${'a'.repeat(40)}b`;
    expect((await findingsOf(live, 'a.txt', text)).map(({ rule }) => rule)).toEqual(['fast']);
    expect(warnings.join('\n')).toContain('Rule slow took longer than 0.5 seconds in a.txt');
  });

  it('ends when nobody asks any more, and comes back', async () => {
    const { live } = await world(base, { idleMs: 50 });
    await findingsOf(live, 'src/db/db.ts', 'eval("1");');
    const pid = live.pid ?? 0;
    for (const until = Date.now() + 5_000; existsSync(`/proc/${pid}`) && Date.now() < until; )
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(live.pid).toBeUndefined();
    expect(await findingsOf(live, 'src/db/db.ts', 'eval("2");')).toHaveLength(1);
  });
});

describe('a refresh', () => {
  it('sees files and rules that came, and begins anew only where the child does not know the texts', async () => {
    const own = rules
      .split('\n')
      .filter((line) => !/id: ui\/(?:reaches|query)/.test(line))
      .join('\n');
    const { live, repo } = await world({ ...base, '.ratchet/invariants/rules.yml': own });
    await findingsOf(live, 'src/db/db.ts', 'eval("1");\n');
    repo.write({ 'src/db/db.ts': 'eval("1");\n' });
    expect(await live.refresh()).toMatchObject({ value: false });
    repo.write({ 'src/ui/new.ts': 'export const a = 1;\n' });
    expect(await live.refresh()).toMatchObject({ value: true });
    expect(await findingsOf(live, 'src/ui/new.ts', "import '../db/db.ts';\n")).toHaveLength(1);
    repo.write({ '.ratchet/invariants/rules.yml': own.replace('no/eval', 'no/evals') });
    expect(await live.refresh()).toMatchObject({ value: true });
    const found = await findingsOf(live, 'src/db/db.ts', 'eval("1");');
    expect(found.map(({ rule }) => rule)).toEqual(['no/eval', 'no/evals']);
  });
});
