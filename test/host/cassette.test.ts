// A run as a file for others: it replays, holds no secret and no folder of this machine, and a changed line is seen.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportCassette, readCassette } from '../../src/host/cassette.ts';
import { recordedAnswers } from '../../src/host/recordedAnswers.ts';
import { replayRun } from '../../src/host/replayRun.ts';
import { isCassettePath } from '../../src/protocol/cassettePath.ts';
import type { Answer } from '../fakes/fakeWorld.ts';
import { planningAnswers } from '../fakes/planningWorld.ts';
import { drive } from '../replay/drive.ts';

const secret = 'sk-ant-abcdefgh12345678';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-cassette-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The gym says a secret and where the repository is. */
const talking: Answer = (name, input, info) => {
  const answer = planningAnswers()(name, input, info);
  if (name !== 'stepGym' || answer === 'never' || !answer.ok) return answer;
  const content = `${secret} in /srv/place/src/a.ts and ${homedir()}/.npmrc`;
  return { ...answer, output: { ...Object(answer.output), observation: { content, isError: false } } };
};

async function exported(): Promise<string> {
  const { entries } = await drive([], { answer: talking });
  const made = await exportCassette(entries, '/srv/place');
  if (!made.ok) throw new Error(made.failure.message);
  expect(made.value.replays).toBe(true);
  return made.value.text;
}

describe('an exported run', () => {
  it('holds no secret and no folder of this machine, and replays', async () => {
    const text = await exported();
    expect(text).not.toContain(secret);
    expect(text).not.toContain('/srv/place');
    expect(text).not.toContain(homedir());
    expect(text).toContain('[redacted] in <repository>/src/a.ts and <home>/.npmrc');
    const path = join(folder, 'run.jsonl');
    writeFileSync(path, text);
    const read = await readCassette(path);
    if (!read.ok) throw new Error(read.failure.message);
    expect((await replayRun('r', read.value)).identical).toBe(true);
    expect(recordedAnswers(read.value).length).toBeGreaterThan(4);
  });

  it('is refused when a line was changed, is missing, or is something else', async () => {
    const lines = (await exported()).split('\n');
    const message = async (changed: readonly string[]) => {
      const path = join(folder, 'run.jsonl');
      writeFileSync(path, changed.join('\n'));
      const read = await readCassette(path);
      return read.ok ? '' : read.failure.message;
    };
    expect(await message(lines.map((line, at) => (at === 3 ? line.replace('"index":3', '"index": 3') : line)))).toBe(
      '',
    );
    expect(await message(lines.map((line, at) => (at === 3 ? line.replace(/"at":(\d)/, '"at":9$1') : line)))).toContain(
      ':4: entry 3 was changed',
    );
    expect(await message(lines.filter((_, at) => at !== 2))).toContain(':3: ');
    expect(await message(['{}'])).toContain(':1 is no entry');
    expect(await message([''])).toContain('does not begin');
    const missing = await readCassette(join(folder, 'none.jsonl'));
    expect(missing.ok ? '' : missing.failure).toMatchObject({ reason: 'noSuchRun' });
  });

  it('is told from the id of a run', () => {
    expect(['run.jsonl', './x', 'a/b', 'C:\\x'].every(isCassettePath)).toBe(true);
    expect(isCassettePath('20261128-062557-95f63f')).toBe(false);
  });
});
