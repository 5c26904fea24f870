// Investigation on real public histories: a fault is woven into the history of a library, everything after it built anew on it,
// and then looked for by `ratchet investigate` and by `git bisect run` with the same test command. Not part of `npm test`:
//   RATCHET_REAL_REPOS=DIR node test/real/investigate.ts [COMMITS]     DIR holds express as a git clone
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { investigationDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { ratchet } from '../helpers/cli.ts';
import { fingerprint } from '../helpers/repository.ts';

interface Planted {
  readonly repository: string;
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly test: string;
  /** What runs the test file alone. */
  readonly command: string;
  /** Where in the history the fault is planted: 0 is the newest commit, 1 the oldest. */
  readonly depth: number;
}

const express = { repository: 'express', command: 'npx mocha --require test/support/env --reporter dot' };
const planted: readonly Planted[] = [
  {
    ...express,
    path: 'lib/utils.js',
    from: "type.indexOf('/')",
    to: "type.indexOf('#')",
    test: 'test/utils.js',
    depth: 0.5,
  },
  {
    ...express,
    path: 'lib/request.js',
    from: 'return this.headers[lc];',
    to: 'return this.headers[name];',
    test: 'test/req.get.js',
    depth: 0.2,
  },
  {
    ...express,
    path: 'lib/response.js',
    from: "this.set('Location', encodeUrl(url))",
    to: "this.set('Location', url)",
    test: 'test/res.location.js',
    depth: 0.8,
  },
];

const clones = resolve(process.env.RATCHET_REAL_REPOS ?? '');
const wanted = Number(process.argv[2] ?? 200);

interface Row {
  readonly name: string;
  readonly result: string;
  readonly isRight: boolean;
}

async function play(fault: Planted): Promise<Row> {
  const name = `${fault.repository} ${fault.path}`;
  const clone = join(clones, fault.repository);
  if (process.env.RATCHET_REAL_REPOS === undefined || !existsSync(clone))
    return { name, result: 'skipped: no clone', isRight: true };
  const work = mkdtempSync(join(tmpdir(), 'ratchet-real-'));
  const git = (args: string[], options: { input?: string; env?: Record<string, string> } = {}) =>
    execFileSync('git', args, {
      cwd: work,
      encoding: 'utf8',
      maxBuffer: 1e8,
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(options.input === undefined ? {} : { input: options.input }),
      env: { ...process.env, ...author, ...options.env },
    }).trimEnd();
  try {
    execFileSync('git', ['clone', '-q', '--shared', clone, work]);
    const woven = weave(fault, git);
    if (woven === undefined) return { name, result: 'skipped: the line is not in the history', isRight: true };
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    execFileSync('npm', [...install, '--engine-strict=false'], { cwd: work, stdio: 'ignore' });

    const before = fingerprint(work);
    const started = performance.now();
    const ran = await ratchet(work, ['investigate', fault.test, '--good', woven.base, '--json']);
    const ours = performance.now() - started;
    const { outcome, probes } = investigationDocumentSchema.parse(JSON.parse(ran.stdout));
    const isUntouched = JSON.stringify(fingerprint(work)) === JSON.stringify(before);
    const isRight = outcome?.culprits.length === 1 && outcome.culprits[0]?.commit === woven.culprit && isUntouched;

    const bisected = performance.now();
    git(['bisect', 'start', 'HEAD', woven.base]);
    const run = spawnSync('git', ['bisect', 'run', 'sh', '-c', `${fault.command} ${fault.test}`], {
      cwd: work,
      encoding: 'utf8',
      maxBuffer: 1e8,
      env: { ...process.env, ...author },
    });
    const theirs = performance.now() - bisected;
    const theirRuns = run.stdout.split('\n').filter((line) => line.startsWith('running ')).length;
    const theirCulprit = /^([0-9a-f]{40}) is the first bad commit/m.exec(run.stdout)?.[1];
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    const tried = probes.filter(({ what }) => what === 'commit').length;
    const limit = (Math.log2(woven.commits) + 4).toFixed(1);
    return {
      name,
      isRight,
      result: [
        `${woven.commits} commits`,
        isRight ? 'culprit found' : `NOT found: ${outcome?.summary ?? ran.stderr.slice(-300)}`,
        `${tried} runs on commits (log2(n) + 4 = ${limit}) and ${probes.length - tried} on hunks`,
        seconds(ours),
        `git bisect run: ${theirCulprit === woven.culprit ? 'found' : 'NOT found'}, ${theirRuns} runs, ${seconds(theirs)}`,
        `${(theirs / ours).toFixed(1)} times`,
      ].join(', '),
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const author = {
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@example.com',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@example.com',
};

/** Builds the last commits of the first-parent history anew, with the fault in every one from the culprit on. */
function weave(
  { path, from, to, depth }: Planted,
  git: (args: string[], options?: { input?: string; env?: Record<string, string> }) => string,
): { base: string; culprit: string; commits: number } | undefined {
  const all = git(['rev-list', '--first-parent', `--max-count=${wanted + 1}`, 'HEAD']).split('\n');
  // The fault has to be possible in every commit, so the history begins where its line does.
  const missing = all.findIndex((commit) => !textAt(git, commit, path).includes(from));
  const usable = (missing === -1 ? all : all.slice(0, missing)).reverse();
  const [base, ...rest] = usable;
  if (base === undefined || rest.length < 8) return undefined;
  const env = { GIT_INDEX_FILE: join(git(['rev-parse', '--absolute-git-dir']), 'weave-index') };
  const plantedAt = Math.min(rest.length - 1, Math.floor(rest.length * (1 - depth)));
  let [parent, culprit] = [base, ''];
  rest.forEach((commit, index) => {
    git(['read-tree', commit], { env });
    if (index >= plantedAt) {
      const blob = git(['hash-object', '-w', '--stdin'], { input: textAt(git, commit, path).replace(from, to) });
      git(['update-index', '--cacheinfo', `100644,${blob},${path}`], { env });
    }
    const tree = git(['write-tree'], { env });
    parent = git(['commit-tree', tree, '-p', parent, '-m', `Commit ${index}`]);
    if (index === plantedAt) culprit = parent;
  });
  git(['reset', '-q', '--hard', parent]);
  return { base, culprit, commits: rest.length };
}

/** The file with its final newline as it is; '' when there is none. */
function textAt(git: (args: string[]) => string, commit: string, path: string): string {
  try {
    return `${git(['show', `${commit}:${path}`])}\n`;
  } catch {
    return '';
  }
}

let hasFailed = false;
for (const fault of planted) {
  const { name, result, isRight } = await play(fault);
  console.log(`${isRight ? '✔' : '✖'} ${name}: ${result}`);
  if (!isRight) hasFailed = true;
}
process.exit(hasFailed ? 1 : 0);
