// What tests of today run through, measured once for each test file: for where to look first, and for the ranking at the end.
import type { Repository } from '../../gym/git.ts';
import type { ActivityInput } from '../../protocol/activities.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { Coverage } from '../../protocol/suspects.ts';
import type { ActivityContext } from '../activityContext.ts';
import { type CoveredFile, coverFailing, coverFile, nothing } from './coverFailing.ts';

export type MeasuredRun = Parameters<typeof coverFile>[1];

/** Runs tests of a tree of today in a worktree with it. */
export type InToday = <T>(
  tree: string,
  context: ActivityContext,
  use: (run: MeasuredRun) => Promise<Result<T>>,
) => Promise<Result<T>>;

export class Measurements {
  readonly #repository: Repository;
  readonly #inToday: InToday;
  readonly #isApart: (tree: string) => Promise<boolean>;
  readonly #closing = new AbortController();
  readonly #measured = new Map<string, Promise<Result<CoveredFile> | undefined>>();

  /** @param isApart whether a test may be run while others are */
  constructor(repository: Repository, inToday: InToday, isApart: (tree: string) => Promise<boolean>) {
    this.#repository = repository;
    this.#inToday = inToday;
    this.#isApart = isApart;
  }

  /** Measures a test file beside other work, where it may be; `cover` then need not wait as long. */
  begin(tree: string, file: string, context: ActivityContext): void {
    const signal = AbortSignal.any([context.signal, this.#closing.signal]);
    const begun = async () =>
      (await this.#isApart(tree)) ? await this.#measure(tree, file, { ...context, signal }) : undefined;
    // Whoever asks for it then measures again and hears why it cannot be done.
    const measuring = begun().catch(() => undefined);
    this.#measured.set(keyOf(tree, file), measuring);
  }

  /** What the failing test of an oracle runs through, beside passing tests. */
  async cover(input: ActivityInput<'coverTests'>, context: ActivityContext): Promise<Result<Coverage>> {
    const covered = await this.#cover(input, context);
    // A cause that was found already must not be lost by what cannot be measured.
    return covered.ok || covered.failure.reason === 'configuration'
      ? covered
      : success(nothing([covered.failure.message]));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#measured.values());
  }

  async #cover(input: ActivityInput<'coverTests'>, context: ActivityContext): Promise<Result<Coverage>> {
    const { tree, oracle, scope } = input;
    const key = keyOf(tree, oracle.file);
    const known = await this.#begun(key, context.signal);
    const own = known?.ok === true ? known : await this.#measure(tree, oracle.file, context);
    if (!own.ok) return own;
    this.#measured.set(key, Promise.resolve(own));
    if (scope === 'own') return await coverFailing(input, own.value, this.#repository, undefined);
    return await this.#inToday(tree, context, async (run) => coverFailing(input, own.value, this.#repository, run));
  }

  /** What was begun is of another activity: it ends with whoever waits for it. */
  async #begun(key: string, signal: AbortSignal): Promise<Result<CoveredFile> | undefined> {
    const end = () => this.#closing.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      const begun = await this.#measured.get(key);
      signal.throwIfAborted();
      return begun;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  async #measure(tree: string, file: string, context: ActivityContext): Promise<Result<CoveredFile>> {
    return await this.#inToday(tree, context, async (run) => coverFile(file, run));
  }
}

const keyOf = (tree: string, file: string): string => `${tree}\n${file}`;
