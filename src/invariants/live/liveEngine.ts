// The client of the child process that judges files while they are typed. Of its own beside the one that checks whole trees,
// so that neither waits for the other. It ends when nobody has asked for a while, and a dead one is started again.
import { failure, type Result, success } from '../../protocol/result.ts';
import type { InvariantRule } from '../../protocol/rules.ts';
import { type EngineChild, engineChild, placeOf, youngSpace } from '../engineChild.ts';
import type { FileRef } from '../facts/factStore.ts';
import type { TextJudged } from './liveJudge.ts';

export interface LiveEngineOptions {
  /** Absolute path of the child's script. */
  readonly entry: string;
  /** A folder of the repository, where contents are read. */
  readonly repository: string;
  readonly cacheDirectory?: string;
  /** Milliseconds without a question after which the child ends. */
  readonly idleMs?: number;
  /** The longest one rule may take in one file, in milliseconds. */
  readonly ruleMs?: number;
  /** Told what went wrong and was mended. */
  readonly warn: (message: string) => void;
}

/** What texts are judged in; `session` changes with any of the others. */
export interface LiveTree {
  readonly session: string;
  readonly root: string;
  readonly files: readonly FileRef[];
  readonly base: readonly FileRef[];
  readonly rules: readonly InvariantRule[];
}

const limits = { openMs: 60_000, judgeMs: 20_000, idleMs: 300_000, ruleMs: 2_000, heapMegabytes: 768 };
export const liveFlags = [`--max-old-space-size=${limits.heapMegabytes}`, youngSpace];
/** Times one text is asked for: a child that died, one that knows no tree yet, a rule that hangs. */
const maxAttempts = 4;

export class LiveEngine {
  readonly #options: LiveEngineOptions;
  readonly #child: EngineChild;
  /** What the child with that process id has open. */
  #opened: { readonly session: string; readonly pid: number | undefined } | undefined;
  #opening: Promise<Result<void>> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #isDisposed = false;
  /** Rules that hung, as they were then, with the file. */
  readonly #stuck = new Map<string, { readonly rule: InvariantRule; readonly path: string }>();

  constructor(options: LiveEngineOptions) {
    this.#options = options;
    this.#child = engineChild(options.entry, liveFlags);
  }

  /** The child's process id; undefined when none is alive. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  async judge(tree: LiveTree, path: string, text: string): Promise<Result<TextJudged>> {
    clearTimeout(this.#idle);
    try {
      return await this.#judge(tree, path, text);
    } finally {
      clearTimeout(this.#idle);
      if (!this.#isDisposed) this.#idle = setTimeout(() => void this.#end(), this.#options.idleMs ?? limits.idleMs);
      this.#idle?.unref();
    }
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    this.#opened = undefined;
    await this.#child.dispose();
  }

  async #judge(tree: LiveTree, path: string, text: string): Promise<Result<TextJudged>> {
    const { session, rules } = tree;
    const { warn, ruleMs = limits.ruleMs } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      if (this.#isDisposed) return failure('ended', 'The rule engine was ended.');
      const opened = await this.#open(tree);
      if (!opened.ok) return opened;
      // A rule that was rewritten may have a way out now.
      const skip = [...this.#stuck.values()].flatMap((one) =>
        one.path === path && rules.some((rule) => JSON.stringify(rule) === JSON.stringify(one.rule))
          ? [{ rule: one.rule.id, path }]
          : [],
      );
      const answer = await this.#child.ask({ kind: 'judgeText', session, path, text, ruleMs, skip }, limits.judgeMs);
      if (answer.ok) {
        if (answer.value.kind !== 'textJudged')
          return failure('engine', 'The rule engine gave another answer than it was asked for.');
        if (answer.value.state !== 'noSession' || attempt === maxAttempts) return success(answer.value);
        this.#opened = undefined;
        continue;
      }
      if (this.#isDisposed) return answer;
      const place = answer.failure.reason === 'stuck' ? placeOf(answer.failure.message) : undefined;
      const stuck = rules.find(({ id }) => id === place?.rule);
      if (stuck !== undefined && place !== undefined) {
        this.#stuck.set(`${stuck.id}\n${place.path}`, { rule: stuck, path: place.path });
        warn(
          `Rule ${stuck.id} took longer than ${ruleMs / 1000} seconds in ${place.path}; it is left to the check there.`,
        );
      } else warn(answer.failure.message);
      if (attempt === maxAttempts) return answer;
    }
  }

  /** Once for each tree and child, however many texts wait for it. */
  async #open(tree: LiveTree): Promise<Result<void>> {
    const before = this.#opening;
    const opening = (before ?? Promise.resolve()).then(async (): Promise<Result<void>> => {
      const isOpen = this.#opened?.session === tree.session && this.#opened.pid === this.pid && this.pid !== undefined;
      if (isOpen) return success(undefined);
      const { repository, cacheDirectory } = this.#options;
      const { session, root, files, base, rules } = tree;
      const asked = { session, root, files: [...files], base: [...base], rules: [...rules], repository };
      const cache = cacheDirectory === undefined ? {} : { cacheDirectory };
      const answer = await this.#child.ask({ kind: 'openLive', ...asked, ...cache }, limits.openMs);
      if (!answer.ok) return answer;
      this.#opened = { session, pid: this.pid };
      return success(undefined);
    });
    this.#opening = opening;
    return await opening;
  }
}
