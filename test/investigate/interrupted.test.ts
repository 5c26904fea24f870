// An investigation that is broken off: canceled, it leaves nothing behind; killed, it goes on and runs nothing twice.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { investigationDocumentSchema, replayDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { journalEntrySchema } from '../../src/protocol/journal.ts';
import { leftovers, ratchet, worktreeFolder } from '../helpers/cli.ts';
import { brokenSum, makeHistory, plainHistory } from '../helpers/history.ts';
import { fingerprint, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository & { readonly ids: string[] };
let before: Record<string, string>;
const culprit = 9;
beforeEach(() => {
  const breaks = { subject: 'Tidy the sum', files: { 'src/sum.js': brokenSum } };
  repo = makeHistory(plainHistory(24, { [culprit]: breaks }));
  before = fingerprint(repo.root);
});
afterEach(() => {
  expect(fingerprint(repo.root)).toEqual(before);
  repo.remove();
});

const question = ['investigate', 'src/sum.js', '--test', 'adds', '--json'];

/** The events of the only run. */
function events() {
  const runs = join(repo.root, '.git/ratchet/runs');
  const [run] = existsSync(runs) ? readdirSync(runs) : [];
  const path = join(runs, run ?? '', 'journal.jsonl');
  if (run === undefined || !existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => journalEntrySchema.parse(JSON.parse(line)).event);
}

const completed = () => events().flatMap((event) => (event.type === 'activityCompleted' ? [event.activity] : []));

describe('an investigation that is broken off', { timeout: 180_000 }, () => {
  it.each(['The symptom as a test', 'What the failing test runs through', 'Try '])(
    'leaves no worktree and no process behind when it is canceled: %s',
    async (step) => {
      const canceled = await ratchet(repo.root, question, { interruptWhen: `  ${step}` });
      expect(canceled.code).toBe(3);
      expect(investigationDocumentSchema.parse(JSON.parse(canceled.stdout))).toMatchObject({
        outcome: null,
        failure: { reason: 'canceled' },
      });
      expect(leftovers(repo.root)).toEqual([]);
    },
  );

  it('goes on where it was killed, runs nothing twice, and replays', async () => {
    const cli = resolve(import.meta.dirname, '../../dist/cli.mjs');
    const child = spawn(process.execPath, [cli, ...question], { cwd: repo.root, stdio: 'ignore' });
    const gone = new Promise((done) => child.on('close', done));
    // Snapshot, oracle, history and at least two runs are done.
    while (completed().length < 5) await new Promise((done) => setTimeout(done, 20));
    child.kill('SIGKILL');
    await gone;
    const done = completed();
    expect(events().at(-1)?.type).not.toBe('runCompleted');
    // What a killed host held is free when its lock is seen to be stale.
    let resumed = await ratchet(repo.root, ['resume', 'latest', '--json']);
    for (let tries = 0; tries < 30 && resumed.stderr.includes('another'); tries += 1) {
      await new Promise((waited) => setTimeout(waited, 1_000));
      resumed = await ratchet(repo.root, ['resume', 'latest', '--json']);
    }
    expect(resumed.code, resumed.stderr).toBe(0);
    const { outcome, runId } = investigationDocumentSchema.parse(JSON.parse(resumed.stdout));
    expect(outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[culprit] }] });
    // Each activity is recorded as finished once: those from before the kill were not done again.
    const all = completed();
    expect(new Set(all).size).toBe(all.length);
    expect(all.slice(0, done.length)).toEqual(done);
    const replayed = await ratchet(repo.root, ['replay', runId, '--json']);
    expect(replayDocumentSchema.parse(JSON.parse(replayed.stdout))).toMatchObject({ identical: true });
    // The killed host could not clear up; the next one has.
    expect(leftovers(repo.root)).toEqual([]);
    rmSync(worktreeFolder(repo.root), { recursive: true, force: true });
  });
});
