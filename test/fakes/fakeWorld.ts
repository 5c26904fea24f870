// A world for the engine without a disk, a clock or a model: answers are functions of the question, time is counted.
import { createHash } from 'node:crypto';
import { entryHash, firstPrevious } from '../../src/controller/chain.ts';
import type { ActivityResult, EnginePorts } from '../../src/controller/ports.ts';
import type { JournalEntry, JournalEvent } from '../../src/protocol/journal.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export type Answer = (
  name: string,
  input: unknown,
  info: { activity: number; attempt: number },
) => ActivityResult | 'never';

/** Appends to `entries`, records which activities were executed to their end, and advances time by 1 s an event. */
export class FakeWorld implements EnginePorts {
  readonly entries: JournalEntry[];
  readonly executed: number[] = [];
  readonly canceled: number[] = [];
  readonly digest = sha256;
  readonly #answer: Answer;
  #now: number;
  onAppend: ((entry: JournalEntry) => void) | undefined;

  constructor(entries: readonly JournalEntry[], answer: Answer) {
    this.entries = [...entries];
    this.#answer = answer;
    this.#now = entries.at(-1)?.at ?? 1_000_000;
  }

  async append(event: JournalEvent): Promise<JournalEntry> {
    await Promise.resolve();
    this.#now += 1_000;
    const unsigned = {
      index: this.entries.length,
      at: this.#now,
      previous: this.entries.at(-1)?.hash ?? firstPrevious,
      event: structuredClone(event),
    };
    const entry = { ...unsigned, hash: entryHash(unsigned, sha256) };
    this.entries.push(entry);
    this.onAppend?.(entry);
    return entry;
  }

  execute(name: string, input: unknown, info: { activity: number; attempt: number }) {
    const answer = this.#answer(name, input, info);
    if (answer !== 'never') {
      if (answer.ok) this.executed.push(info.activity);
      // One turn of the event loop later, so that activities really are under way at the same time.
      return {
        result: new Promise<ActivityResult>((resolve) => setImmediate(() => resolve(answer))),
        cancel: () => undefined,
      };
    }
    let end: (result: ActivityResult) => void = () => undefined;
    const result = new Promise<ActivityResult>((resolve) => {
      end = resolve;
    });
    const cancel = () => {
      this.canceled.push(info.activity);
      end({ ok: false, failure: { reason: 'canceled', message: 'canceled', retryable: false }, spans: [] });
    };
    return { result, cancel };
  }

  now(): number {
    return this.#now;
  }

  /** Delays of retries pass at once; limits of activities (a minute and more) never strike. */
  timer(ms: number, callback: () => void): () => void {
    if (ms >= 60_000) return () => undefined;
    const handle = setImmediate(callback);
    return () => clearImmediate(handle);
  }

  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}
