// One task after the other, in the order they came: for those who share what a task changes.
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** A task that fails tells its own caller, and holds up nobody. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    const running = this.#last.then(task);
    this.#last = running.catch(() => undefined);
    return await running;
  }
}
