// One measured task of the invariants bench, in a process of its own, so that each begins cold. Prints one JSON document:
// milliseconds since the process began, and what was found.
//   node test/bench/invariantsTask.ts graph|rules|warm|live|history|scan DIR [ARGUMENT]
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { readCommitLog } from '../../src/gym/commitLog.ts';
import { openRepository } from '../../src/gym/git.ts';
import { FactStore } from '../../src/invariants/facts/factStore.ts';
import { importFacts } from '../../src/invariants/facts/importFacts.ts';
import { isScript } from '../../src/invariants/facts/script.ts';
import { factThread, serveFacts } from '../../src/invariants/factThread.ts';
import { judgeHistory } from '../../src/invariants/history/judgeHistory.ts';
import { RuleJudge } from '../../src/invariants/judgeRules.ts';
import { LiveJudge } from '../../src/invariants/live/liveJudge.ts';
import { Tree } from '../../src/invariants/tree.ts';
import { type InvariantRule, invariantRuleSchema } from '../../src/protocol/rules.ts';

const [task = '', directory = '.', argument = ''] = process.argv.slice(2);
const root = resolve(directory);
/** As the product's engine has it. */
const helper = isMainThread ? factThread(process.argv[1] ?? '') : undefined;
const scripts = ['**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}'];
const writes = ['create', 'update', 'upsert', 'delete', 'insert', 'destroy', 'save', 'bulkCreate', 'findOrCreate'];
const toRule = (given: Record<string, unknown>): InvariantRule =>
  invariantRuleSchema.parse({ message: 'm', rationale: 'w', ...given });

/** The five of the comparison with ast-grep. */
const fiveRules = [
  {
    id: 'imports',
    kind: 'imports',
    from: scripts,
    forbid: ['**', 'npm:*', 'node:*'],
    forms: ['static', 'type', 'reExport'],
  },
  { id: 'writes', kind: 'calls', files: scripts, targets: [{ member: writes }] },
  { id: 'console', kind: 'calls', files: scripts, targets: [{ global: ['console.*'] }] },
  {
    id: 'env',
    kind: 'select',
    files: scripts,
    selector: 'MemberExpression[object.object.name="process"][object.property.name="env"]',
  },
  { id: 'dynamic', kind: 'imports', from: scripts, forbid: ['**', 'npm:*', 'node:*'], forms: ['dynamic', 'require'] },
].map(toRule);

/** The seven of the history. */
const sevenRules = [
  { id: 'ui-imports-server', kind: 'imports', from: ['app/**', 'web/**'], forbid: ['server/**', 'worker/**'] },
  { id: 'server-imports-ui', kind: 'imports', from: ['server/**', 'worker/**'], forbid: ['app/**', 'web/**'] },
  {
    id: 'shared-imports-others',
    kind: 'imports',
    from: ['shared/**', 'packages/**'],
    forbid: ['app/**', 'server/**', 'web/**', 'worker/**'],
  },
  { id: 'ui-writes', kind: 'calls', files: ['app/**', 'web/**'], targets: [{ member: writes }] },
  { id: 'console', kind: 'calls', files: scripts, targets: [{ global: ['console.*'] }] },
  { id: 'any', kind: 'select', files: scripts, selector: 'TSAnyKeyword' },
  {
    id: 'env',
    kind: 'select',
    files: scripts,
    selector: 'MemberExpression[object.object.name="process"][object.property.name="env"]',
  },
].map(toRule);

/** Files with blob ids, of the index or of a commit. */
function listFiles(commit?: string): { path: string; blob: string }[] {
  const args = commit === undefined ? ['ls-files', '-s'] : ['ls-tree', '-r', commit];
  const text = execFileSync('git', ['-c', 'core.quotePath=false', ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return text.split('\n').flatMap((line) => {
    const [, blob, path] = /^100\d+ (?:blob )?(\w+)(?: \d)?\t(.*)$/.exec(line) ?? [];
    return blob === undefined || path === undefined ? [] : [{ path, blob }];
  });
}
const judgeRequest = (files: { path: string; blob: string }[], rules: InvariantRule[]) => ({
  kind: 'judgeRules' as const,
  id: 1,
  root,
  files,
  rules,
});
const answer = (found: Record<string, unknown>) => console.log(JSON.stringify({ ms: performance.now(), ...found }));

async function graph(): Promise<void> {
  const all = listFiles();
  const files = all.filter(({ path }) => isScript(path));
  const store = new FactStore(helper);
  const tree = Tree.of(root, all, store, undefined);
  const edges = new Set<string>();
  const work = files.map((file) => ({ file, makers: [{ maker: importFacts, rule: '' }] }));
  await store.prepareAll(work, { root, read: undefined }, undefined);
  for (const file of files) {
    for (const { to, fact } of tree.graph.edges(file).edges)
      if (tree.byPath.has(to) && isScript(to) && fact.form !== 'mock' && fact.form !== 'url')
        edges.add(`${file.path} ${to}`);
  }
  answer({ edges: [...edges], files: files.length });
}

async function rules(): Promise<void> {
  const judged = await new RuleJudge(undefined, helper).judge(judgeRequest(listFiles(), fiveRules));
  const ms = performance.now();
  const places = judged.violations.map(
    ({ rule, path, range }) => `${rule} ${path}:${range.startLine}:${range.startColumn}`,
  );
  answer({ ms, places, problems: judged.problems.length });
}

/** Every script is edited in turn, in a tree that is known already. */
async function warm(): Promise<void> {
  const files = listFiles();
  const judge = new RuleJudge(undefined);
  await judge.judge(judgeRequest(files, fiveRules));
  const times: number[] = [];
  const cpu: number[] = [];
  const edited = files
    .flatMap(({ path }, index) => (isScript(path) ? [index] : []))
    .filter((_, index) => index % 4 === 0);
  for (const [count, at] of edited.entries()) {
    const next = files.map((file, index) => (index === at ? { ...file, blob: String(count).padStart(40, '0') } : file));
    const before = process.cpuUsage();
    const started = performance.now();
    await judge.judge(judgeRequest(next, fiveRules));
    times.push(performance.now() - started);
    const used = process.cpuUsage(before);
    cpu.push((used.user + used.system) / 1000);
  }
  answer({ times, cpu });
}

/** Scripts as they are typed in: each text is new, and is judged by the five rules, or by rules over the whole graph too. */
async function live(): Promise<void> {
  const graphRules = [
    { id: 'reaches', kind: 'imports', from: scripts, reaches: ['node:child_process'] },
    ...['axios', 'pg', 'react', 'zod', 'node:fs'].map((name) => ({
      ...{ id: `calls-${name.replace(':', '-')}`, kind: 'calls', files: scripts },
      targets: [{ module: name.startsWith('node:') ? name : `npm:${name}`, names: ['**'] }],
    })),
  ].map(toRule);
  const rules = argument === 'graph' ? [...fiveRules, ...graphRules] : fiveRules;
  const files = listFiles();
  const judge = new LiveJudge(new FactStore(), undefined);
  const opened = { kind: 'openLive' as const, id: 1, session: 's', root, files, rules, base: files, repository: root };
  const before = performance.now();
  await judge.open(opened);
  const openMs = performance.now() - before;
  const times: number[] = [];
  const cpu: number[] = [];
  const edited = files.filter(({ path }) => isScript(path)).filter((_, index) => index % 4 === 0);
  for (const { path } of edited) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const typed of ['c', 'co', 'con']) {
      const asked = { kind: 'judgeText' as const, id: 1, session: 's', path, text: `${text}\n// ${typed}\n` };
      const used = process.cpuUsage();
      const started = performance.now();
      await judge.judge({ ...asked, ruleMs: 2_000, skip: [] });
      times.push(performance.now() - started);
      const { user, system } = process.cpuUsage(used);
      cpu.push((user + system) / 1000);
    }
  }
  answer({ times, cpu, openMs, megabytes: process.memoryUsage().rss / 1e6 });
}

async function history(): Promise<void> {
  const opened = await openRepository(root);
  if (!opened.ok) throw new Error(opened.failure.message);
  const started = performance.now();
  const log = await readCommitLog(opened.value, 'HEAD', Number(argument), new AbortController().signal);
  if (!log.ok) throw new Error(log.failure.message);
  const request = { kind: 'judgeHistory' as const, id: 1, repository: root, rules: sevenRules, ...log.value };
  const judged = await judgeHistory(request, new FactStore(helper));
  answer({ ms: performance.now() - started, ...judged, commits: log.value.commits.map(({ id }) => id) });
}

/** What a check of a folder with that commit's files finds. */
async function scan(): Promise<void> {
  const judged = await new RuleJudge(undefined).judge(judgeRequest(listFiles(argument), sevenRules));
  const counts: Record<string, number> = {};
  for (const { rule } of judged.violations) counts[rule] = (counts[rule] ?? 0) + 1;
  answer({ counts, problems: judged.problems.length });
}

const tasks: Record<string, () => Promise<void>> = { graph, rules, warm, live, history, scan };
if (isMainThread) await tasks[task]?.();
else serveFacts();
