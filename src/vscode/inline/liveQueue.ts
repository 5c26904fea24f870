// What is asked for while a person types, one after the other and each by its newest state: an older one is never judged.
// It knows nothing of the editor.

export class LiveQueue<T> {
  readonly #judge: (item: T) => Promise<void>;
  readonly #ready = new Map<string, T>();
  #isRunning = false;

  /** @param judge must not reject */
  constructor(judge: (item: T) => Promise<void>) {
    this.#judge = judge;
  }

  /** Judges the item when nothing else is judged any more, unless another one of its key comes in the meantime. */
  ask(key: string, item: T): void {
    this.#ready.set(key, item);
    void this.#run();
  }

  dispose(): void {
    this.#ready.clear();
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let next = this.#ready.entries().next(); next.done !== true; next = this.#ready.entries().next()) {
      const [key, item] = next.value;
      this.#ready.delete(key);
      await this.#judge(item);
    }
    this.#isRunning = false;
  }
}
