// What the person has said while the policy works, for every episode that is under way: each hears each word once.
import type { Signals } from '../controller/workflow.ts';

export class Heard {
  readonly #signals: Signals;
  readonly #words: string[] = [];

  constructor(signals: Signals) {
    this.#signals = signals;
  }

  /** A function that gives what is new since it was last called; it begins with what no episode has heard yet. */
  listener(): () => string[] {
    let next = this.#words.length;
    return () => {
      this.#words.push(...this.#signals.take(['comment']).map(({ payload }) => payload.text));
      const said = this.#words.slice(next);
      next = this.#words.length;
      return said;
    };
  }
}
