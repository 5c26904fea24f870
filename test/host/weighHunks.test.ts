// What a hunk is for, on a real repository whose real tests run once for each hunk that is left out.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlakyTest } from '../../src/gates/flakyTests.ts';
import { runTests } from '../../src/gym/testRunner/runTests.ts';
import { weighHunks } from '../../src/host/weighHunks.ts';
import { configSchema } from '../../src/protocol/config.ts';
import type { HunkEvidence } from '../../src/protocol/proposal.ts';
import { openTestRepository, snapshotOf } from '../helpers/gates.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';

const filler = Array.from({ length: 12 }, (_, index) => `// ${index}\n`).join('');
const source = (first: string, second: string) =>
  `export const double = (n) => ${first};\n${filler}export const name = () => ${second};\n`;

let repo: TestRepository;
beforeEach(() => {
  repo = makeRepository({
    'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
    'src/a.js': source('n + n', "'a'"),
    'test/a.test.js':
      "import assert from 'node:assert';\nimport { it } from 'node:test';\nimport { double } from '../src/a.js';\nit('doubles', () => assert.equal(double(2), 4));\n",
  });
});
afterEach(() => repo.remove());

async function weigh(limit: number, tests: Record<string, unknown> = {}, flaky = new Map<string, FlakyTest>()) {
  const repository = await openTestRepository(repo.root);
  const baseTree = execFileSync('git', ['rev-parse', 'HEAD^{tree}'], { cwd: repo.root, encoding: 'utf8' }).trim();
  const candidateTree = await snapshotOf(repository);
  const runs: string[] = [];
  const { tests: config, sandbox } = configSchema.parse({ tests });
  const weighed = await weighHunks(
    { baseTree, candidateTree, limit },
    {
      repository,
      flakyTests: { known: async () => flaky, remember: async () => undefined },
      onProgress: () => undefined,
      runTests: async (tree) => {
        runs.push(tree);
        const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-weigh-')));
        try {
          execFileSync('sh', ['-c', `git archive ${tree} | tar -x -C ${cwd}`], { cwd: repo.root });
          return await runTests({ cwd, config, sandbox });
        } finally {
          rmSync(cwd, { recursive: true, force: true });
        }
      },
    },
  );
  if (!weighed.ok) throw new Error(weighed.failure.message);
  return { evidence: weighed.value, runs };
}

const summary = (evidence: readonly HunkEvidence[]) =>
  evidence.map(({ needed, count, note }) => [needed, count, note?.split(' ')[0] ?? null]);

/** Two hunks of one file, of which a new test proves the first alone, and the test itself. */
function change(): void {
  repo.write({
    'src/a.js': source('n * 3', "'b'"),
    'test/a.test.js':
      "import assert from 'node:assert';\nimport { it } from 'node:test';\nimport { double } from '../src/a.js';\nit('triples', () => assert.equal(double(2), 6));\n",
  });
}

describe('weighing hunks', () => {
  it('names the tests that need a hunk, and the hunk that none needs', async () => {
    change();
    const { evidence, runs } = await weigh(12);
    expect(summary(evidence)).toEqual([
      [true, 1, null],
      [false, 0, null],
      [null, 0, 'It'],
    ]);
    expect(evidence[0]?.tests).toEqual(['test/a.test.js > triples']);
    // The whole change, and each of the two hunks of code left out.
    expect(new Set(runs).size).toBe(3);
  });

  it('keeps to its limit, and says what it has not looked at', async () => {
    change();
    const { evidence, runs } = await weigh(1);
    expect(summary(evidence)).toEqual([
      [true, 1, null],
      [null, 0, 'Only'],
      [null, 0, 'It'],
    ]);
    expect(runs).toHaveLength(2);
  });

  it('takes no flaky test for a proof', async () => {
    change();
    const id = 'test/a.test.js > triples';
    const { evidence } = await weigh(12, {}, new Map([[id, { id, passed: 1, failed: 1, seenAt: 0 }]]));
    expect(evidence[0]?.needed).toBe(false);
  });

  it('knows no more than the exit code where tests cannot be told one by one', async () => {
    change();
    const { evidence } = await weigh(12, { runner: 'command', command: 'node test/a.test.js' });
    expect(summary(evidence)).toEqual([
      [true, 0, 'The'],
      [false, 0, 'The'],
      [null, 0, 'It'],
    ]);
  });
});
