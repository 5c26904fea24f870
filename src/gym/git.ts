// Git for a repository; only what reads blobs without one starts it elsewhere (`blobReader.ts`). It runs without hooks, prompts,
// optional locks or the caller's GIT_* variables, so a repository cannot make it do anything but what is asked.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { failure, type Result, success } from '../protocol/result.ts';
import { scrubbedEnvironment } from './environmentVariables.ts';
import { failureMessage } from './failureMessage.ts';
import { GitConversation } from './gitConversation.ts';

/** Settings of the person that must not reach our commands. */
const overrides = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=keep',
  'commit.gpgSign=false',
  'core.quotePath=false',
  'core.sparseCheckout=false',
  'gc.auto=0',
  'diff.external=',
  'blame.ignoreRevsFile=',
  'log.follow=false',
  'advice.addEmbeddedRepo=false',
].flatMap((setting) => ['-c', setting]);

const base = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };

export interface GitOptions {
  /** GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE as the command needs them. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface GitBytesOptions extends GitOptions {
  readonly input?: Uint8Array;
  /** Exit codes that are answers and not failures. */
  readonly codes?: readonly number[];
}

export class Git {
  readonly directory: string;
  readonly #env: Readonly<Record<string, string>>;
  /** By folder, command and environment; shared by the same git in other folders. */
  readonly #conversations: Map<string, GitConversation>;

  constructor(
    directory: string,
    env: Readonly<Record<string, string>> = {},
    conversations = new Map<string, GitConversation>(),
  ) {
    this.directory = directory;
    this.#env = env;
    this.#conversations = conversations;
  }

  /** The same git in another folder. */
  at(directory: string): Git {
    return new Git(directory, this.#env, this.#conversations);
  }

  /** The same git, with another folder for its objects. */
  writingTo(objects: string): Git {
    return new Git(this.directory, { ...this.#env, GIT_OBJECT_DIRECTORY: objects });
  }

  /** Standard output as UTF-8 text. Git that ends with another code than 0 and says nothing has answered. Throws what git said. */
  async raw(args: readonly string[], options: GitOptions = {}): Promise<string> {
    const out = await this.#run(args, options, (code, said) => code === 0 || said === '');
    return out.toString('utf8');
  }

  /** Standard output as bytes, with standard input: for lists of paths, which need not be UTF-8. Throws what git said. */
  async bytes(args: readonly string[], { codes = [0], ...options }: GitBytesOptions = {}): Promise<Buffer> {
    return await this.#run(args, options, (code) => codes.includes(code));
  }

  async #run(
    args: readonly string[],
    { env, signal, input }: Omit<GitBytesOptions, 'codes'>,
    isAnswer: (code: number, said: string) => boolean,
  ): Promise<Buffer> {
    signal?.throwIfAborted();
    const child = this.start(args, env, signal);
    const out: Buffer[] = [];
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    // Git may end before it has read everything; its exit code says what that means.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        const text = Buffer.concat(said).toString('utf8').trim();
        if (code !== null && isAnswer(code, text)) resolve(Buffer.concat(out));
        else reject(new Error(text || `git ${args[0]} ended with code ${code}`));
      });
    });
  }

  /** Writes a blob; its id. */
  async writeBlob(input: Uint8Array, options: GitOptions = {}): Promise<string> {
    return (await this.bytes(['hash-object', '-w', '--stdin'], { ...options, input })).toString('latin1').trim();
  }

  /** One that is shared by all who ask the same command here. It ends by itself when nobody asks any more. */
  conversation(args: readonly string[], { env = {} }: GitOptions = {}): GitConversation {
    const key = JSON.stringify([this.directory, args, env]);
    const conversation = this.#conversations.get(key) ?? new GitConversation(() => this.start(args, env));
    this.#conversations.set(key, conversation);
    return conversation;
  }

  /** Ends the conversations of this folder, such as before it is removed. */
  endConversations(): void {
    const prefix = `[${JSON.stringify(this.directory)},`;
    for (const [key, conversation] of this.#conversations)
      if (key.startsWith(prefix)) {
        conversation.end();
        this.#conversations.delete(key);
      }
  }

  /** A git that stays, and ends when its input does. */
  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): ChildProcessWithoutNullStreams {
    return spawn('git', [...overrides, ...args], {
      cwd: this.directory,
      env: { ...scrubbedEnvironment(base), ...this.#env, ...env },
      stdio: 'pipe',
      windowsHide: true,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** A blob's bytes. Throws what git said. */
  async blob(id: string): Promise<Uint8Array> {
    return await this.bytes(['cat-file', 'blob', id]);
  }
}

export interface Repository {
  /** Absolute path of the working copy's top folder, without symbolic links. */
  readonly root: string;
  /** The same folder as the person spells it, links and all: what an editor knows its files by. */
  readonly spelledRoot: string;
  /** Absolute path of the folder that all worktrees share. */
  readonly commonDir: string;
  /** Absolute path of this worktree's own git folder. */
  readonly gitDir: string;
  readonly git: Git;
}

export async function openRepository(directory: string): Promise<Result<Repository>> {
  try {
    const real = await realpath(directory);
    const answer = await new Git(real).raw(['rev-parse', '--show-toplevel', '--git-common-dir', '--absolute-git-dir']);
    const [root, commonDir, gitDir] = answer.split('\n');
    if (root === undefined || commonDir === undefined || gitDir === undefined || root === '')
      return failure('notARepository', `${directory} is a bare repository; Ratchet needs a working copy.`);
    const spelled = resolve(directory, relative(real, root));
    const isSame = (await realpath(spelled).catch(() => undefined)) === root;
    return success({
      root,
      spelledRoot: isSame ? spelled : root,
      commonDir: resolve(real, commonDir),
      gitDir,
      git: new Git(root),
    });
  } catch (error) {
    const message = failureMessage(error);
    if (/ENOENT.*git|spawn git/.test(message))
      return failure('gitMissing', 'Git was not found. Install git and make sure that it is on the PATH.');
    if (/not a git repository/i.test(message))
      return failure(
        'notARepository',
        `${directory} is not in a git repository. Run \`git init\` there and try again.`,
      );
    return failure('git', message);
  }
}
