// Notices a runner that has written its whole report and does not end: what the tests opened (a server, a connection, a timer)
// holds its process. Waiting for the limit would tell nothing more.
import { lstat } from 'node:fs/promises';
import { readReport } from './reportFiles.ts';

const lookEveryMs = 500;

export class LingeringWatch {
  /** The caller's cancellation, or that the runner lingers. */
  readonly signal: AbortSignal;
  readonly #lingers = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #stamp = '';
  #since = 0;
  #isLooking = false;

  /**
   * @param lingerMs how long the report has to have been as it is, in milliseconds
   * @param isWhole whether nothing is missing of the report
   */
  constructor(
    report: string,
    lingerMs: number,
    isWhole: (report: string) => boolean,
    canceled: AbortSignal | undefined,
  ) {
    this.signal = canceled === undefined ? this.#lingers.signal : AbortSignal.any([canceled, this.#lingers.signal]);
    this.#timer = setInterval(() => {
      if (this.#isLooking) return;
      this.#isLooking = true;
      const free = () => {
        this.#isLooking = false;
      };
      // What cannot be read is read again at the end, where a failure counts.
      this.#look(report, lingerMs, isWhole).then(free, free);
    }, lookEveryMs);
  }

  get hasLingered(): boolean {
    return this.#lingers.signal.aborted;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(report: string, lingerMs: number, isWhole: (report: string) => boolean): Promise<void> {
    // There is none until the runner is done, with most runners.
    const found = await lstat(report).catch(() => undefined);
    if (found === undefined) return;
    const stamp = `${found.size} ${found.mtimeMs}`;
    const now = performance.now();
    if (stamp !== this.#stamp) {
      this.#stamp = stamp;
      this.#since = now;
      return;
    }
    if (now - this.#since < lingerMs) return;
    this.#since = now;
    const text = await readReport(report);
    if (text !== undefined && isWhole(text)) this.#lingers.abort();
  }
}
