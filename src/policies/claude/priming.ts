// Requests that begin with the same text and are asked at the same time: the first goes ahead until its answer begins, so
// that the others read from the cache what it wrote. Only an order, never a reason to fail.

/** The longest that a request waits for another, in milliseconds. */
const longestWaitMs = 10_000;

export class Priming {
  readonly #begun = new Map<string, Promise<void>>();

  /** Resolves when the request may go; the returned function says that its answer has begun. */
  async enter(prefix: string, signal: AbortSignal): Promise<() => void> {
    const first = this.#begun.get(prefix);
    if (first !== undefined) {
      await Promise.race([first, waited(signal)]);
      return () => undefined;
    }
    let begin: () => void = () => undefined;
    this.#begun.set(prefix, new Promise((resolve) => (begin = resolve)));
    return () => {
      begin();
      this.#begun.delete(prefix);
    };
  }
}

function waited(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, longestWaitMs);
    // A wait alone keeps no process alive.
    timer.unref();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
