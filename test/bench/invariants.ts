// The rule engine against its peers on real repositories: dependency-cruiser for the graph, the ast-grep CLI for five like
// rules, TypeScript's own parser for what is right, and checkouts for the history. The peers are installed into a temporary
// folder; what cannot be had is said.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import * as z from 'zod';
import { youngSpace } from '../../src/invariants/engineChild.ts';
import { liveFlags } from '../../src/invariants/live/liveEngine.ts';

type Add = (what: string, value: string, against?: string, ratio?: string) => void;
/** Bundled as the product is: a process that takes the types out of a hundred files first measures that. */
const task = join(import.meta.dirname, '../../dist/bench/invariantsTask.mjs');
const peerTask = join(import.meta.dirname, 'invariantsPeers.mjs');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

/** With the flags that the product gives its engine. */
const run = (...args: string[]): unknown => answerOf(task, args, [youngSpace]);
const runLive = (...args: string[]): unknown => answerOf(task, args, liveFlags);
const runPeer = (...args: string[]): unknown => answerOf(peerTask, args);

function answerOf(script: string, args: readonly string[], flags: readonly string[] = []): unknown {
  const ran = spawnSync(process.execPath, [...flags, script, ...args], {
    encoding: 'utf8',
    maxBuffer: 1e9,
    timeout: 900_000,
  });
  if (ran.status !== 0) throw new Error(`${args[0]}: ${ran.stderr.slice(-500)}`);
  return JSON.parse(ran.stdout);
}

const timed = z.object({ ms: z.number() });
const withEdges = timed.extend({ edges: z.array(z.string()) });
const withPlaces = timed.extend({ places: z.array(z.string()) });

/** Undefined when the registry does not give them. */
function installPeers(): string | undefined {
  const folder = process.env.RATCHET_BENCH_PEERS ?? join(tmpdir(), 'ratchet-bench-peers');
  mkdirSync(folder, { recursive: true });
  if (existsSync(join(folder, 'node_modules', 'dependency-cruiser'))) return folder;
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const peers = ['dependency-cruiser@18.7.2', 'typescript@5.9.3', '@ast-grep/cli@0.51.1'];
  const ran = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...peers], {
    cwd: folder,
    timeout: 300_000,
  });
  return ran.status === 0 ? folder : undefined;
}

interface Extent {
  /** How often each time is taken. */
  readonly rounds: number;
  /** Of the history. */
  readonly commits: number;
  /** Which of the parts; all by default. */
  readonly parts?: readonly string[] | undefined;
}

/** @param folder a folder of clones, one repository each */
export function benchInvariants(folder: string | undefined, extent: Extent, add: Add): void {
  if (folder === undefined) {
    add('real repositories', 'skipped', 'RATCHET_REAL_REPOS names no folder of clones');
    return;
  }
  buildSync({
    entryPoints: [join(import.meta.dirname, 'invariantsTask.ts')],
    outdir: dirname(task),
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    // Native modules stay where they are installed; the rest of what the product bundles is bundled here too.
    external: ['oxc-parser', 'oxc-resolver', '@ast-grep/*', 'web-tree-sitter', '@tree-sitter-grammars/*'],
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    logLevel: 'error',
  });
  const peers = installPeers();
  if (peers === undefined) add('peers', 'skipped', 'they could not be installed');
  for (const name of readdirSync(folder)) {
    const repository = resolve(folder, name);
    if (!existsSync(join(repository, '.git'))) continue;
    const { rounds, commits } = extent;
    const row: Add = (what, ...rest) => add(`${basename(repository)}: ${what}`, ...rest);
    const parts = {
      graph: () => benchGraph(repository, peers, rounds, row),
      rules: () => benchRules(repository, peers, rounds, row),
      warm: () => benchWarm(repository, row),
      live: () => benchLive(repository, row),
      history: () => benchHistory(repository, commits, row),
    };
    for (const [part, measure] of Object.entries(parts)) {
      if (extent.parts?.includes(part) === false) continue;
      // A clone that lacks objects, or a repository that a peer cannot read, is told, and the others are measured.
      try {
        measure();
      } catch (error) {
        const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
        row(part, 'failed', first.slice(0, 200));
      }
    }
  }
}

function benchGraph(repository: string, peers: string | undefined, rounds: number, add: Add): void {
  const ours: z.infer<typeof withEdges>[] = [];
  const theirs: z.infer<typeof withEdges>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(withEdges.parse(run('graph', repository)));
    if (peers !== undefined) theirs.push(withEdges.parse(runPeer('depcruise', repository, peers)));
  }
  const [own] = ours;
  const [other] = theirs;
  const ms = median(ours.map((one) => one.ms));
  if (own === undefined || other === undefined) {
    add('import graph, cold', seconds(ms), 'no dependency-cruiser');
    return;
  }
  const [mine, their] = [new Set(own.edges), new Set(other.edges)];
  const missing = other.edges.filter((edge) => !mine.has(edge));
  const extra = own.edges.filter((edge) => !their.has(edge));
  const otherMs = median(theirs.map((one) => one.ms));
  add('import graph, cold', seconds(ms), `dependency-cruiser: ${seconds(otherMs)}`, `1/${(otherMs / ms).toFixed(1)}`);
  add(
    'edges',
    String(own.edges.length),
    `dependency-cruiser: ${other.edges.length}; ${missing.length} missing, ${missing.filter((edge) => edge.endsWith('.d.ts')).length} of them to declarations; ${extra.length} extra`,
  );
  for (const edge of [
    ...missing.slice(0, 3).map((one) => `missing ${one}`),
    ...extra.slice(0, 3).map((one) => `extra ${one}`),
  ])
    add('edge', edge);
}

function astGrepRules(): string {
  const method = '^(create|update|upsert|delete|insert|destroy|save|bulkCreate|findOrCreate)$';
  const rules = (language: string) => [
    {
      id: `imports-${language}`,
      language,
      rule: {
        any: [{ kind: 'import_statement' }, { kind: 'export_statement', has: { field: 'source', kind: 'string' } }],
      },
    },
    {
      id: `writes-${language}`,
      language,
      rule: {
        kind: 'call_expression',
        has: { field: 'function', kind: 'member_expression', has: { field: 'property', regex: method } },
      },
    },
    { id: `console-${language}`, language, rule: { pattern: 'console.$M($$$A)' } },
    { id: `env-${language}`, language, rule: { pattern: 'process.env.$X' } },
    { id: `dynamic-${language}`, language, rule: { any: [{ pattern: 'import($A)' }, { pattern: 'require($A)' }] } },
  ];
  return ['typescript', 'tsx', 'javascript']
    .flatMap(rules)
    .map((rule) => JSON.stringify(rule))
    .join('\n---\n');
}

function benchRules(repository: string, peers: string | undefined, rounds: number, add: Add): void {
  const ours: z.infer<typeof withPlaces>[] = [];
  const theirs: number[] = [];
  let output = '';
  const binary = peers === undefined ? '' : join(peers, 'node_modules', '.bin', 'ast-grep');
  const inline = astGrepRules();
  for (let round = 0; round < rounds; round += 1) {
    ours.push(withPlaces.parse(run('rules', repository)));
    if (peers === undefined) continue;
    const started = performance.now();
    const ran = spawnSync(binary, ['scan', '--inline-rules', inline, '--json=stream', repository], {
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    theirs.push(performance.now() - started);
    output = ran.stdout;
  }
  const ms = median(ours.map((one) => one.ms));
  const other = median(theirs);
  if (theirs.length > 0)
    add('five rules, cold', seconds(ms), `ast-grep CLI: ${seconds(other)}`, (ms / other).toFixed(2));
  else add('five rules, cold', seconds(ms));
  if (peers === undefined) return;
  const reference = new Set(withPlaces.parse(runPeer('typescript', repository, peers)).places);
  const found = new Set(ours[0]?.places ?? []);
  const count = (places: Iterable<string>, rule: string) =>
    [...places].filter((place) => place.startsWith(`${rule} `)).length;
  for (const rule of ['imports', 'writes', 'console', 'env', 'dynamic']) {
    const missing = [...reference].filter((place) => place.startsWith(`${rule} `) && !found.has(place));
    const extra = [...found].filter((place) => place.startsWith(`${rule} `) && !reference.has(place));
    const grep = output.split('\n').filter((line) => line.includes(`"ruleId":"${rule}-`)).length;
    const text = `TypeScript's parser: ${count(reference, rule)}, ${missing.length} missing, ${extra.length} more; ast-grep: ${grep}`;
    add(`places of ${rule}`, String(count(found, rule)), text);
    for (const place of [
      ...missing.slice(0, 2).map((one) => `missing ${one}`),
      ...extra.slice(0, 2).map((one) => `more ${one}`),
    ])
      add('place', place);
  }
}

function benchWarm(repository: string, add: Add): void {
  const { times, cpu } = z
    .object({ times: z.array(z.number()), cpu: z.array(z.number()) })
    .parse(run('warm', repository));
  const p95 = quantile(times, 0.95);
  add('one edited file, five rules, p50', `${quantile(times, 0.5).toFixed(2)} ms`, `${times.length} edits`);
  add(
    'one edited file, five rules, p95',
    `${p95.toFixed(2)} ms`,
    `limit 5 ms; CPU time ${quantile(cpu, 0.95).toFixed(2)} ms`,
    (p95 / 5).toFixed(2),
  );
}

const liveAnswer = z.object({
  times: z.array(z.number()),
  cpu: z.array(z.number()),
  openMs: z.number(),
  megabytes: z.number(),
});

/** What a person waits for while typing, beside the pause after the last key and the way to the child and back. */
function benchLive(repository: string, add: Add): void {
  for (const [what, argument] of [
    ['five rules', ''],
    ['and six over the graph', 'graph'],
  ] as const) {
    const { times, cpu, openMs, megabytes } = liveAnswer.parse(runLive('live', repository, argument));
    const p95 = quantile(times, 0.95);
    add(
      `typing in a file, ${what}, p95`,
      `${p95.toFixed(2)} ms`,
      `p50 ${quantile(times, 0.5).toFixed(2)} ms, ${times.length} texts; CPU time ${quantile(cpu, 0.95).toFixed(2)} ms; limit 100 ms`,
      (p95 / 100).toFixed(2),
    );
    add(`the tree opened, ${what}`, seconds(openMs), `${megabytes.toFixed(0)} MB in all afterwards`);
  }
}

const historyAnswer = timed.extend({
  blobs: z.number(),
  commits: z.array(z.string()),
  rules: z.array(
    z.object({ id: z.string(), events: z.array(z.object({ commit: z.string(), violations: z.number() })) }),
  ),
});

function benchHistory(repository: string, limit: number, add: Add): void {
  const { ms, blobs, commits, rules } = historyAnswer.parse(run('history', repository, String(limit)));
  const scratch = mkdtempSync(join(tmpdir(), 'ratchet-bench-history-'));
  try {
    const work = join(scratch, 'work');
    execFileSync('git', ['clone', '-q', '--shared', '--no-checkout', repository, work]);
    const evenly = (many: number) =>
      Array.from({ length: many }, (_, index) => Math.floor(((index + 0.5) * commits.length) / many));
    const checkout = (at: number) =>
      execFileSync('git', ['checkout', '-q', '-f', '--detach', commits[at] ?? ''], { cwd: work });
    const started = performance.now();
    for (const at of evenly(30)) checkout(at);
    const checkouts = performance.now() - started;
    add(
      `history, 7 rules, ${commits.length} commits`,
      seconds(ms),
      `30 checkouts alone: ${seconds(checkouts)}; ${blobs} contents`,
      (ms / checkouts).toFixed(2),
    );
    let equal = 0;
    const different: string[] = [];
    for (const at of evenly(10)) {
      checkout(at);
      const { counts } = z
        .object({ counts: z.record(z.string(), z.number()) })
        .parse(run('scan', work, commits[at] ?? ''));
      for (const { id, events } of rules) {
        const last = events.filter(({ commit }) => commits.indexOf(commit) <= at).at(-1)?.violations ?? 0;
        if (last === (counts[id] ?? 0)) equal += 1;
        else different.push(`${id} at ${commits[at]?.slice(0, 10)}: ${last}, a scan finds ${counts[id] ?? 0}`);
      }
    }
    add('history equal to a scan', `${equal} of ${10 * rules.length}`, '10 sampled commits');
    for (const line of different.slice(0, 5)) add('different', line);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
