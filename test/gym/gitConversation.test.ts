// A git that stays, against real git: answers in order, and nothing that lasts longer than it should.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Git } from '../../src/gym/git.ts';
import { GitConversation, readLines } from '../../src/gym/gitConversation.ts';
import { readObject } from '../../src/gym/objects.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository;
let git: Git;
beforeEach(() => {
  repo = makeRepository({ 'a.txt': 'one\n', 'big.txt': 'x'.repeat(1_000_000), 'src/b.txt': 'b\n' });
  git = new Git(repo.root);
});
afterEach(() => {
  git.endConversations();
  repo.remove();
});

const content = async (conversation: GitConversation, name: string): Promise<string | undefined> =>
  (await conversation.ask(`HEAD:${name}\n`, readObject(true)))?.bytes.toString('utf8');

describe('a git that stays', () => {
  it('answers each question, in whatever number and size, and says what is not there', async () => {
    const conversation = git.conversation(['cat-file', '--batch']);
    const names = Array.from(
      { length: 40 },
      (_, index) => ['a.txt', 'big.txt', 'no such file', 'src/b.txt'][index % 4] ?? '',
    );
    const answers = await Promise.all(names.map((name) => content(conversation, name)));
    for (const [index, name] of names.entries())
      expect(answers[index]).toBe({ 'a.txt': 'one\n', 'big.txt': 'x'.repeat(1_000_000), 'src/b.txt': 'b\n' }[name]);
    expect(git.conversation(['cat-file', '--batch'])).toBe(conversation);
  });

  it('says why it ended, and begins anew with the next question', async () => {
    const conversation = git.conversation(['hash-object', '--stdin-paths']);
    const [id] = await conversation.ask('a.txt\n', readLines(1));
    expect(id).toBe(repo.git('hash-object', 'a.txt').trim());
    const asked = [conversation.ask('nowhere.txt\n', readLines(1)), conversation.ask('a.txt\n', readLines(1))];
    for (const answer of asked) await expect(answer).rejects.toThrow(/nowhere\.txt/);
    expect(await conversation.ask('a.txt\n', readLines(1))).toEqual([id]);
  });

  it('lets go of who no longer waits, and answers the others', async () => {
    const conversation = git.conversation(['cat-file', '--batch']);
    const controller = new AbortController();
    const dropped = conversation.ask('HEAD:big.txt\n', readObject(true), controller.signal);
    const kept = content(conversation, 'a.txt');
    controller.abort(new Error('no longer wanted'));
    await expect(dropped).rejects.toThrow('no longer wanted');
    expect(await kept).toBe('one\n');
  });

  it('ends when nobody asks, when it is old, and when it does not answer', async () => {
    const started: number[] = [];
    const start = (args: readonly string[]) => () => {
      const child = git.start(args);
      started.push(child.pid ?? 0);
      return child;
    };
    const idle = new GitConversation(start(['cat-file', '--batch']), { idle: 20 });
    await content(idle, 'a.txt');
    await expect.poll(() => isRunning(started[0]), { timeout: 5_000 }).toBe(false);
    const old = new GitConversation(start(['cat-file', '--batch']), { age: 0 });
    expect([await content(old, 'a.txt'), await content(old, 'a.txt')]).toEqual(['one\n', 'one\n']);
    expect(started.length).toBe(3);
    old.end();
    const silent = new GitConversation(start(['cat-file', '--batch']), { answer: 20 });
    await expect(silent.ask('', readObject(true))).rejects.toThrow('no answer in 0.02 s');
    await expect.poll(() => started.some(isRunning), { timeout: 5_000 }).toBe(false);
  });

  it('keeps nobody alive who has no more to ask, and does not outlive him', async () => {
    const script = `
      const { Git } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/gym/git.ts'))});
      const { readObject } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/gym/objects.ts'))});
      const conversation = new Git(process.argv[1]).conversation(['cat-file', '--batch']);
      await conversation.ask('HEAD:big.txt\\n', readObject(true));
      console.log('answered');`;
    const args = ['--input-type=module', '--eval', script, repo.root];
    // Less than the time after which an idle git ends.
    const said = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 9_000 });
    expect(said.trim()).toBe('answered');
    if (process.platform === 'linux') await expect.poll(() => gitsIn(repo.root), { timeout: 5_000 }).toEqual([]);
  });
});

function isRunning(pid: number | undefined): boolean {
  try {
    return pid !== undefined && pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The processes of git that work in this folder. */
function gitsIn(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'git\n' && readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });
}
