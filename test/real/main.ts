// Ratchet on real public repositories: a past commit is the feature, a fake Messages API answers with its files, and the
// gates run the repository's own tests. Not part of `npm test`, since it needs clones:
//   RATCHET_REAL_REPOS=DIR npm run test:real        DIR holds commander.js, express and fastify as git clones
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { planDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import type { Plan } from '../../src/protocol/plan.ts';
import { call, type FakeAnswer, type FakeRequest, sayJson, startMessagesServer } from '../fakes/messagesServer.ts';
import { fingerprint } from '../helpers/repository.ts';

interface Scenario {
  readonly repository: string;
  readonly commit: string;
  /** Written to `.ratchet/config.yml`, where the repository's own test script does more than test. */
  readonly tests?: string;
  /** all: the whole commit; tests: its tests without its code, so they must fail; none: a filter that no test passes. */
  readonly kind: 'all' | 'tests' | 'none';
  readonly expected: 'passed' | 'failed' | 'unproven';
}

const commander = { repository: 'commander.js', commit: '2e96cd38' };
const express = { repository: 'express', commit: '327af123' };
const fastify = {
  repository: 'fastify',
  commit: '15c2fb193',
  tests: 'node --test "test/content-*.test.js" "test/*hook*.test.js"',
};
const scenarios: Scenario[] = [
  { ...commander, kind: 'all', expected: 'passed' },
  { ...commander, kind: 'tests', expected: 'failed' },
  { ...express, kind: 'all', expected: 'passed' },
  { ...express, kind: 'tests', expected: 'failed' },
  {
    ...express,
    tests: 'mocha --require test/support/env --grep "no test has this name" test/',
    kind: 'none',
    expected: 'unproven',
  },
  { ...fastify, kind: 'all', expected: 'passed' },
  { ...fastify, kind: 'tests', expected: 'failed' },
];

const root = resolve(import.meta.dirname, '../..');
const clones = resolve(process.env.RATCHET_REAL_REPOS ?? process.argv[2] ?? '');

async function play(scenario: Scenario): Promise<{ row: string[]; isAsExpected: boolean }> {
  const clone = join(clones, scenario.repository);
  if (!existsSync(clone)) return { row: [scenario.repository, scenario.kind, 'skipped: no clone'], isAsExpected: true };
  const work = mkdtempSync(join(tmpdir(), 'ratchet-real-'));
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: work, encoding: 'utf8', maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    execFileSync('git', ['clone', '-q', '--shared', clone, work]);
    git('checkout', '-q', '--detach', `${scenario.commit}^`);
    execFileSync(
      'npm',
      [
        'install',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--no-package-lock',
        '--loglevel=error',
        '--engine-strict=false',
      ],
      { cwd: work, stdio: 'ignore' },
    );
    if (scenario.tests !== undefined) {
      mkdirSync(join(work, '.ratchet'));
      writeFileSync(join(work, '.ratchet', 'config.yml'), `tests:\n  command: ${JSON.stringify(scenario.tests)}\n`);
    }
    const files = git('diff', '--name-only', '--diff-filter=AM', `${scenario.commit}^`, scenario.commit)
      .split('\n')
      .filter((path) => path !== '');
    const edited = scenario.kind === 'tests' ? files.filter((path) => /test/.test(path)) : files;
    const subject = git('log', '-1', '--format=%s', scenario.commit).trim();
    const edits = edited.map((path): [string, unknown] => [
      'str_replace_based_edit_tool',
      { command: 'create', path, file_text: git('show', `${scenario.commit}:${path}`) },
    ]);
    const server = await startMessagesServer((request) => answerOf(request, subject, edited, edits));
    try {
      const before = fingerprint(work);
      const started = performance.now();
      const ran = await runCli([
        'plan',
        subject,
        '--policy',
        'claude',
        '--base-url',
        server.url,
        '--yes',
        '--json',
        '--repo',
        work,
      ]);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const isUntouched = JSON.stringify(fingerprint(work)) === JSON.stringify(before);
      const parsed = planDocumentSchema.safeParse(JSON.parse(ran.stdout || '{}'));
      if (!parsed.success)
        return {
          row: [scenario.repository, scenario.kind, `no document (exit ${ran.code}): ${ran.stderr.slice(-300)}`],
          isAsExpected: false,
        };
      const { verdicts, outcome, patch } = parsed.data;
      const tests = verdicts.find(({ gate }) => gate === 'tests');
      const integrity = verdicts.find(({ gate }) => gate === 'integrity');
      const isSamePatch =
        scenario.kind === 'tests' ||
        treeWith(git, scenario.commit, patch, work) === git('rev-parse', `${scenario.commit}^{tree}`).trim();
      const isAsExpected =
        outcome === 'proposed' &&
        tests?.status === scenario.expected &&
        isUntouched &&
        isSamePatch &&
        ran.code === (overall(verdicts) ? 0 : 1);
      const row = [
        scenario.repository,
        scenario.kind,
        outcome,
        `tests ${tests?.status}: ${tests?.summary}`,
        `integrity ${integrity?.status}`,
        isSamePatch ? 'patch ok' : 'PATCH DIFFERS',
        isUntouched ? 'untouched' : 'TOUCHED',
        `exit ${ran.code}`,
        `${server.requests.length} requests`,
        `${seconds} s`,
      ];
      return { row, isAsExpected };
    } finally {
      await server.close();
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const overall = (verdicts: readonly { status: string }[]): boolean =>
  verdicts.every(({ status }) => status === 'passed');

/** The parent's tree with the patch in it, through an index of its own. */
function treeWith(git: (...args: string[]) => string, commit: string, patch: string, work: string): string {
  const index = join(work, '.git', 'ratchet-check-index');
  const file = join(work, '.git', 'ratchet-check.patch');
  writeFileSync(file, patch);
  process.env.GIT_INDEX_FILE = index;
  try {
    git('read-tree', `${commit}^`);
    git('apply', '--cached', file);
    return git('write-tree').trim();
  } finally {
    delete process.env.GIT_INDEX_FILE;
  }
}

function answerOf(
  request: FakeRequest,
  subject: string,
  files: readonly string[],
  edits: [string, unknown][],
): FakeAnswer {
  const schema = JSON.stringify(request.output_config?.format?.schema ?? null);
  if (schema.includes('"rollback"')) return sayJson(planOf(subject, files));
  if (schema !== 'null')
    return sayJson({
      perspective: 'x',
      summary: `About: ${subject}`,
      claims: [{ statement: 'It is changed.', path: files[0] ?? null, line: 1 }],
      suggestions: [],
      risks: [],
    });
  return request.messages.length === 1 ? call(...edits) : call(['finish', { summary: 'done' }]);
}

const planOf = (goal: string, files: readonly string[]): Plan => ({
  goal,
  summary: goal,
  steps: [
    {
      id: 's1',
      title: goal,
      description: goal,
      files: [...files],
      acceptance: ['the tests of the change pass'],
      gates: ['tests', 'integrity'],
    },
  ],
  risks: [],
  rollback: 'Revert the commit.',
  contract: { behaviour: [], physics: [], deployment: [] },
});

function runCli(args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const env = { ...process.env, ANTHROPIC_API_KEY: 'sk-ant-fake-key-of-the-test' };
    const child = spawn(process.execPath, [join(root, 'dist', 'cli.mjs'), ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

let unexpected = 0;
for (const scenario of scenarios) {
  const { row, isAsExpected } = await play(scenario);
  if (!isAsExpected) unexpected += 1;
  console.log(`${isAsExpected ? 'ok  ' : 'NOT '} ${row.join(' | ')}`);
}
console.log(`\n${scenarios.length - unexpected} passed, ${unexpected} failed`);
process.exitCode = unexpected > 0 ? 1 : 0;
