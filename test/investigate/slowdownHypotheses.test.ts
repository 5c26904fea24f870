// `ratchet investigate --slower-than` with a policy: why it is slower is tried by timing, refuted by timing, refused where it is no
// experiment, and attacked. The slowdown is several times, which no noise of a machine looks like.
import { afterEach, describe, expect, it } from 'vitest';
import { deriveHunks } from '../../src/gym/hunks.ts';
import { investigationDocumentSchema, replayDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { leftovers, ratchet } from '../helpers/cli.ts';
import { makeHistory, type PlannedCommit } from '../helpers/history.ts';
import { hypothesis, type WrittenScript, writeScript } from '../helpers/hypotheses.ts';
import { fingerprint, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository & { readonly ids: string[] };
let script: WrittenScript | undefined;
afterEach(() => {
  expect(leftovers(repo.root)).toEqual([]);
  repo.remove();
  script?.remove();
  script = undefined;
});

const file = 'src/work.js';
const work = (unit: number, times: string): string => `export const unit = ${unit};

export function label(words) {
  return String(words);
}

export function price(words) {
  let sum = 0;
  for (let i = 0; i < ${times}; i += 1) sum = (sum * 31 + i) % 1000003;
  return words * 2 + 0 * sum;
}
`;
const [fast, slow] = [work(1, '1e5'), work(2, '6e6')];
const [unitHunk = '', loopHunk = ''] = deriveHunks(file, fast, slow).map(({ id }) => id);

const begin: PlannedCommit = {
  subject: 'Begin',
  files: {
    'package.json': '{"type":"module"}',
    [file]: fast,
    'bench/all.bench.js':
      "import { price } from '../src/work.js';\nfor (let i = 0; i < 8; i += 1) if (price(i) < 0) process.exit(1);\n",
  },
};
const other: PlannedCommit = { subject: 'Another', files: { 'src/other.js': 'export const other = 1;\n' } };
const culprit = 1;
const history = [begin, { subject: 'Price with care', files: { [file]: slow } }, other];
const shorter = `--- a/${file}\n+++ b/${file}\n@@ -8,2 +8,2 @@\n   let sum = 0;\n-  for (let i = 0; i < 6e6; i += 1) sum = (sum * 31 + i) % 1000003;\n+  for (let i = 0; i < 1e5; i += 1) sum = (sum * 31 + i) % 1000003;\n`;
const noBench =
  "--- a/bench/all.bench.js\n+++ b/bench/all.bench.js\n@@ -1,2 +1,1 @@\n import { price } from '../src/work.js';\n-for (let i = 0; i < 8; i += 1) if (price(i) < 0) process.exit(1);\n";

async function investigate(hypotheses: readonly unknown[], doubt?: Parameters<typeof writeScript>[1]) {
  repo = makeHistory(history);
  const before = fingerprint(repo.root);
  script = writeScript(hypotheses, { match: 'work', explains: 'slowdown', ...doubt });
  const ran = await ratchet(repo.root, [
    ...['investigate', file, '--slower-than', repo.ids[0] ?? '', '--command', 'node bench/all.bench.js'],
    ...['--policy', script.policy, '--json'],
  ]);
  expect(ran.stdout, ran.stderr).not.toBe('');
  expect(fingerprint(repo.root)).toEqual(before);
  const { outcome, report, runId } = investigationDocumentSchema.parse(JSON.parse(ran.stdout));
  // Whatever a policy says, the cause is what the timings say.
  expect(outcome, report ?? '').toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[culprit] }] });
  const inquiry = outcome?.inquiry ?? null;
  if (outcome === null || inquiry === null) throw new Error('There is no inquiry.');
  return { outcome, inquiry, report, runId, row: (id: string) => inquiry.hypotheses.find((one) => one.id === id) };
}

describe('hypotheses of a slowdown', { timeout: 600_000 }, () => {
  it('are confirmed, refuted and refused by timings, and one holds against the sceptic', async () => {
    const { outcome, inquiry, report, runId, row } = await investigate(
      [
        hypothesis({
          ...{ statement: 'The unit does it.', path: file, prior: 0.6 },
          experiment: { action: 'revertHunks', hunks: [unitHunk], expects: 'faster' },
        }),
        hypothesis({
          ...{ statement: 'The loop is longer.', path: file, prior: 0.3 },
          experiment: { action: 'revertHunks', hunks: [loopHunk], expects: 'faster' },
        }),
        hypothesis({ prior: 0.1, experiment: { action: 'tryPatch', patch: noBench, expects: 'faster' } }),
        hypothesis({ prior: 0.1, experiment: { action: 'runTest', file: null, expects: 'passes' } }),
      ],
      {
        doubt: {
          objection: 'The loop may not be what takes the time today.',
          prediction: 'With a shorter loop it takes as long.',
          experiment: { action: 'tryPatch', patch: shorter, expects: 'same' },
        },
      },
    );
    const came = Object.fromEntries(inquiry.hypotheses.map(({ id, outcome: one }) => [id, one]));
    expect(came, report ?? '').toEqual({ h1: 'didNot', h2: 'cameTrue', h3: 'refused', h4: 'refused' });
    expect(inquiry.hypotheses[0]).toMatchObject({ id: 'h2', detail: expect.stringContaining('of the slowdown') });
    expect(row('h1')?.after).toBeLessThan(0.15);
    expect(row('h1')?.detail).toContain('no difference that would explain it');
    expect(row('h3')?.detail).toContain('which is what is timed');
    expect(row('h4')?.detail).toContain('none of the experiments that there are');
    expect(inquiry.doubt).toMatchObject({ id: 'h2', outcome: 'didNot', patch: shorter });
    expect(inquiry.doubt?.after).toBeGreaterThan(inquiry.doubt?.before ?? 1);
    expect(report).toContain('Spoken against by their experiments: h1 (The unit does it.)');
    expect(report).toMatch(/\| h2 \|.*came true: it is slower/);
    // What experiments timed stands with them, and not beside the commits.
    expect(outcome.timings.map(({ kind }) => kind)).not.toContain('trial');
    const replayed = await ratchet(repo.root, ['replay', runId, '--json']);
    expect(replayDocumentSchema.parse(JSON.parse(replayed.stdout))).toMatchObject({ identical: true });
  });
});
