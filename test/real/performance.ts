// Slowdowns in real libraries: a function is made slower by a known share in the middle of a real history, and looked for by
// `ratchet investigate --slower-than`; and changes that slow nothing down, of which none may be reported. Not part of `npm test`:
//   RATCHET_REAL_REPOS=DIR node test/real/performance.ts [slowdowns|placebos] [FIRST]
// DIR holds commander.js, express and fastify as git clones. A case takes about a minute; each is printed as it ends.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { investigationDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { ratchet } from '../helpers/cli.ts';
import { type Library, libraries, placebos, type Slowdown, slowdowns } from './performanceCases.ts';

const clones = resolve(process.env.RATCHET_REAL_REPOS ?? '');
const [wanted = 'both', first = '0'] = process.argv.slice(2);
const bench = 'ratchet.bench.cjs';
const command = `node ${bench}`;
/** Commits on top of the good end: in every fourth case there is something to search, in the others one commit is looked at. */
const deep = 6;
const depthOf = (index: number): number => (index % 4 === 2 ? deep : 1);
const scratch = mkdtempSync(join(tmpdir(), 'ratchet-slow-'));

const author = {
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@example.com',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@example.com',
};

type Git = (args: string[], options?: { input?: string; env?: Record<string, string> }) => string;

const gitIn =
  (cwd: string): Git =>
  (args, { input, env } = {}) =>
    execFileSync('git', args, {
      cwd,
      encoding: 'utf8',
      maxBuffer: 1e8,
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(input === undefined ? {} : { input }),
      env: { ...process.env, ...author, ...env },
    }).trimEnd();

/** A clone whose last commits are built anew, each with the script, and from one on with the change. */
function weave(
  { name, bench: script }: Library,
  depth: number,
  plantedAt: number,
  change: { path: string; edit: (text: string) => string },
): { work: string; base: string; culprit: string } {
  const work = mkdtempSync(join(scratch, 'clone-'));
  execFileSync('git', ['clone', '-q', '--shared', join(clones, name), work]);
  cpSync(dependenciesOf(name), join(work, 'node_modules'), { recursive: true });
  const git = gitIn(work);
  writeFileSync(join(work, '.git/info/exclude'), 'node_modules\n');
  const commits = git(['rev-list', '--first-parent', `--max-count=${depth + 1}`, 'HEAD'])
    .split('\n')
    .reverse();
  const env = { GIT_INDEX_FILE: join(work, '.git/weave-index') };
  const put = (path: string, text: string): void => {
    const blob = git(['hash-object', '-w', '--stdin'], { input: text });
    git(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], { env });
  };
  let [parent, base, culprit] = ['', '', ''];
  commits.forEach((commit, index) => {
    git(['read-tree', commit], { env });
    put(bench, script);
    if (index >= plantedAt) {
      const text = execFileSync('git', ['show', `${commit}:${change.path}`], { cwd: work, encoding: 'utf8' });
      const edited = change.edit(text);
      if (edited === text) throw new Error(`${change.path} of ${name} has no place for the change.`);
      put(change.path, edited);
    }
    // Commits that change no file would be the same twice.
    put('ratchet-step.txt', `${index}\n`);
    const tree = git(['write-tree'], { env });
    const parents = parent === '' ? [] : ['-p', parent];
    parent = git(['commit-tree', tree, ...parents, '-m', index === plantedAt ? 'Planted' : `Step ${index}`]);
    if (index === 0) base = parent;
    if (index === plantedAt) culprit = parent;
  });
  git(['checkout', '-q', '-B', 'woven', parent]);
  return { work, base, culprit };
}

/** Installed once for each library. */
function dependenciesOf(name: string): string {
  const folder = join(scratch, `dependencies-${name}`);
  if (existsSync(folder)) return join(folder, 'node_modules');
  mkdirSync(folder);
  const manifest = execFileSync('git', ['show', 'HEAD:package.json'], { cwd: join(clones, name), encoding: 'utf8' });
  const { dependencies } = JSON.parse(manifest);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'dependencies', dependencies }));
  mkdirSync(join(folder, 'node_modules'));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  if (dependencies !== undefined) execFileSync('npm', ['install', ...quiet], { cwd: folder, stdio: 'ignore' });
  return join(folder, 'node_modules');
}

const withWork =
  ({ opens, work }: Slowdown, times: number) =>
  (text: string): string =>
    text.replace(`${opens}\n`, () => `${opens}\n${work.replace('N', String(times))}\n`);

/** The least CPU time of several runs: what else runs on the machine only adds. */
function leastCpu(work: string, runs: number): number {
  const times = Array.from({ length: runs }, () => {
    const script = `TIMEFORMAT='%3U %3S'; { time ${command}; } 2>&1`;
    const [user = 0, system = 0] = spawnSync('bash', ['-c', script], { cwd: work, encoding: 'utf8' })
      .stdout.trim()
      .split(' ')
      .map(Number);
    return user + system;
  });
  return Math.min(...times);
}

/**
 * How often the work has to be done for the share that is wanted: measured where it takes several times as long as all the rest,
 * so that noise is small beside it, and scaled. `ratio` is what it comes to, from runs in turns.
 */
function calibrated(slowdown: Slowdown): { times: number; ratio: number } {
  const { library, path, percent } = slowdown;
  const { work } = weave(library, 1, 2, { path, edit: (text) => text });
  const file = join(work, path);
  const original = readFileSync(file, 'utf8');
  const ratioOf = (times: number, rounds: number): number => {
    const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let run = 0; run < 2 * rounds; run += 1) {
      writeFileSync(file, run % 2 === 0 ? original : withWork(slowdown, times)(original));
      least[run % 2] = Math.min(least[run % 2] ?? 0, leastCpu(work, 1));
    }
    return (least[1] ?? 0) / (least[0] ?? 1);
  };
  let times = 1_000;
  let gained = ratioOf(times, 2) - 1;
  for (let step = 0; step < 5 && gained < 4; step += 1) {
    times *= Math.min(20, 6 / Math.max(gained, 0.1));
    gained = ratioOf(times, 2) - 1;
  }
  times = Math.max(1, Math.round((times * percent) / 100 / gained));
  const ratio = ratioOf(times, 5);
  rmSync(work, { recursive: true, force: true });
  return { times, ratio };
}

async function investigate(work: string, path: string, base: string) {
  const started = performance.now();
  const ran = await ratchet(work, ['investigate', path, '--slower-than', base, '--command', command, '--json']);
  const document = ran.stdout === '' ? undefined : investigationDocumentSchema.parse(JSON.parse(ran.stdout));
  return { outcome: document?.outcome ?? null, stderr: ran.stderr, ms: performance.now() - started };
}

const tell = (row: unknown): void => console.log(JSON.stringify(row));

async function playSlowdown(slowdown: Slowdown, index: number): Promise<void> {
  const { library, path, name, percent } = slowdown;
  const { times, ratio } = calibrated(slowdown);
  const depth = depthOf(index);
  const { work, base, culprit } = weave(library, depth, 1 + (index % depth), { path, edit: withWork(slowdown, times) });
  const { outcome, stderr, ms } = await investigate(work, path, base);
  const [ends] = outcome?.timings ?? [];
  const grown = outcome?.grown.map((one) => one.name) ?? [];
  tell({
    kind: 'slowdown',
    index,
    library: library.name,
    name,
    percent,
    times,
    planted: Number(ratio.toFixed(3)),
    commits: depth,
    isSeen: ends?.verdict === 'slower',
    measured: ends === undefined ? null : [ends.ratio, ends.low, ends.high].map((value) => Number(value.toFixed(3))),
    pairs: ends?.after.samples.length,
    isCulprit: outcome?.culprits.length === 1 && outcome.culprits[0]?.commit === culprit,
    outcome: outcome?.outcome ?? stderr.slice(-300),
    named: grown.indexOf(name),
    grown,
    runs: outcome?.runs,
    seconds: Math.round(ms / 1000),
    ...(outcome?.outcome === 'cause' ? {} : { summary: outcome?.summary }),
  });
  rmSync(work, { recursive: true, force: true });
}

async function playPlacebo({ library, path, what, change }: (typeof placebos)[number], index: number): Promise<void> {
  const { work, base } = weave(library, 1, 1, { path, edit: change });
  const { outcome, stderr, ms } = await investigate(work, path, base);
  const [ends] = outcome?.timings ?? [];
  tell({
    kind: 'placebo',
    index,
    library: library.name,
    what,
    verdict: ends?.verdict ?? stderr.slice(-300),
    isFalseAlarm: ends?.verdict === 'slower',
    measured: ends === undefined ? null : [ends.ratio, ends.low, ends.high].map((value) => Number(value.toFixed(3))),
    visibleAbove: ends?.visibleAbove,
    pairs: ends?.after.samples.length,
    seconds: Math.round(ms / 1000),
  });
  rmSync(work, { recursive: true, force: true });
}

try {
  const missing = Object.values(libraries).filter(({ name }) => !existsSync(join(clones, name)));
  if (process.env.RATCHET_REAL_REPOS === undefined || missing.length > 0) {
    console.log(`Skipped: no clones of ${missing.map(({ name }) => name).join(', ')} in RATCHET_REAL_REPOS.`);
  } else {
    for (const [index, one] of slowdowns.entries())
      if (wanted !== 'placebos' && index >= Number(first)) await playSlowdown(one, index);
    for (const [index, one] of placebos.entries())
      if (wanted !== 'slowdowns' && index >= Number(first)) await playPlacebo(one, index);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
