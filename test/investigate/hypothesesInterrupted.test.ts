// Experiments that are broken off: canceled, they leave nothing behind; killed, what was asked and tried is not asked and tried again.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { investigationDocumentSchema, replayDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { journalEntrySchema } from '../../src/protocol/journal.ts';
import { leftovers, ratchet, worktreeFolder } from '../helpers/cli.ts';
import {
  brokenHistory,
  hypothesis,
  printing,
  type WrittenScript,
  withoutSign,
  withoutUnit,
  writeScript,
} from '../helpers/hypotheses.ts';
import { fingerprint, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository;
let script: WrittenScript;
let before: Record<string, string>;
/** The first two are tried at once; the third then takes this long. */
const slowMs = 6_000;
beforeEach(() => {
  const wait = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${slowMs});`;
  const slow = { action: 'addProbe', patch: printing(wait), expects: 'passes', text: null };
  script = writeScript([withoutSign, withoutUnit, slow].map((experiment) => hypothesis({ experiment })));
  repo = brokenHistory();
  repo.write({ '.ratchet/config.yml': `policy: { kind: scripted, file: ${JSON.stringify(script.file)} }\n` });
  before = fingerprint(repo.root);
});
afterEach(() => {
  expect(fingerprint(repo.root)).toEqual(before);
  repo.remove();
  script.remove();
});

const question = ['investigate', 'src/sum.js', '--test', 'adds', '--json'];

/** Names of the activities of the only run that were begun, and of those that were finished. */
function activities(): { begun: string[]; done: string[] } {
  const runs = join(repo.root, '.git/ratchet/runs');
  const [run] = existsSync(runs) ? readdirSync(runs) : [];
  const path = join(runs, run ?? '', 'journal.jsonl');
  if (run === undefined || !existsSync(path)) return { begun: [], done: [] };
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  const events = lines.map((line) => journalEntrySchema.parse(JSON.parse(line)).event);
  const begun = events.flatMap((event) => (event.type === 'activityScheduled' ? [event.name] : []));
  const done = events.flatMap((event) => (event.type === 'activityCompleted' ? [begun[event.activity] ?? ''] : []));
  return { begun, done };
}

const count = (names: readonly string[], name: string): number => names.filter((one) => one === name).length;

describe('experiments that are broken off', { timeout: 180_000 }, () => {
  it('leave no worktree and no process behind when the run is canceled, and what was found is told', async () => {
    const canceled = await ratchet(repo.root, question, { interruptWhen: '  Experiment h3' });
    expect(canceled.code).toBe(3);
    const { outcome, report, failure } = investigationDocumentSchema.parse(JSON.parse(canceled.stdout));
    expect(failure).toMatchObject({ reason: 'canceled' });
    expect(outcome?.outcome).toBe('cause');
    const known = outcome?.inquiry?.hypotheses.map(({ id, outcome: came }) => [id, came]) ?? [];
    expect(Object.fromEntries(known)).toEqual({ h1: 'cameTrue', h2: 'didNot', h3: 'pending' });
    expect(report).toContain('not run yet');
    expect(leftovers(repo.root)).toEqual([]);
  });

  it('go on where the host was killed, and nothing is asked or tried twice', async () => {
    const cli = resolve(import.meta.dirname, '../../dist/cli.mjs');
    const child = spawn(process.execPath, [cli, ...question], { cwd: repo.root, stdio: 'ignore' });
    const gone = new Promise((done) => child.on('close', done));
    while (count(activities().begun, 'experiment') < 3) await delay(20);
    child.kill('SIGKILL');
    await gone;
    expect(count(activities().done, 'experiment')).toBe(2);
    // What a killed host held is free when its lock is seen to be stale.
    let resumed = await ratchet(repo.root, ['resume', 'latest', '--json']);
    for (let tries = 0; tries < 30 && resumed.stderr.includes('another'); tries += 1) {
      await delay(1_000);
      resumed = await ratchet(repo.root, ['resume', 'latest', '--json']);
    }
    expect(resumed.code, resumed.stderr).toBe(0);
    const { outcome, runId } = investigationDocumentSchema.parse(JSON.parse(resumed.stdout));
    const tried = outcome?.inquiry?.hypotheses.map(({ id, outcome: came }) => [id, came]) ?? [];
    expect(Object.fromEntries(tried)).toEqual({ h1: 'cameTrue', h2: 'didNot', h3: 'didNot' });
    const { begun, done } = activities();
    expect([count(begun, 'experiment'), count(done, 'experiment')]).toEqual([3, 3]);
    expect([count(done, 'hypothesise'), count(done, 'doubt')]).toEqual([1, 1]);
    const replayed = await ratchet(repo.root, ['replay', runId, '--json']);
    expect(replayDocumentSchema.parse(JSON.parse(replayed.stdout))).toMatchObject({ identical: true });
    expect(leftovers(repo.root)).toEqual([]);
    rmSync(worktreeFolder(repo.root), { recursive: true, force: true });
  });
});
