// Signals in the order of the journal, each given to the workflow once.
import type { RunSignal, SignalName } from '../protocol/signals.ts';
import type { SignalOf, Signals } from './workflow.ts';

interface Waiter {
  readonly names: readonly SignalName[];
  readonly give: (signal: RunSignal) => void;
}

export class SignalBuffer implements Signals {
  #buffered: RunSignal[] = [];
  #waiters: Waiter[] = [];

  push(signal: RunSignal): void {
    const index = this.#waiters.findIndex((waiter) => waiter.names.includes(signal.name));
    const [waiter] = index < 0 ? [] : this.#waiters.splice(index, 1);
    if (waiter === undefined) this.#buffered.push(signal);
    else waiter.give(signal);
  }

  next<N extends SignalName>(names: readonly N[], options?: { fresh: boolean }): Promise<SignalOf<N>> {
    const wanted = isOneOf(names);
    if (options?.fresh === true) this.#buffered = this.#buffered.filter((signal) => !wanted(signal));
    const index = this.#buffered.findIndex(wanted);
    const [signal] = index < 0 ? [] : this.#buffered.splice(index, 1);
    if (signal !== undefined && wanted(signal)) return Promise.resolve(signal);
    return new Promise((resolve) => {
      this.#waiters.push({ names, give: (given) => (wanted(given) ? resolve(given) : undefined) });
    });
  }

  take<N extends SignalName>(names: readonly N[]): SignalOf<N>[] {
    const isWanted = isOneOf(names);
    const taken = this.#buffered.filter(isWanted);
    this.#buffered = this.#buffered.filter((signal) => !isWanted(signal));
    return taken;
  }
}

const isOneOf =
  <N extends SignalName>(names: readonly N[]) =>
  (signal: RunSignal): signal is SignalOf<N> =>
    names.some((name) => name === signal.name);
