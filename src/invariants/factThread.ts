// A second thread that makes facts beside the main one, each by taking the next files off a list that both share. It runs in the
// engine's child and ends with it; a rule that hangs in it ends the child as one in the main thread does.
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { BlobReader } from '../gym/blobReader.ts';
import { type FactHelper, FactStore, type FileRef, type Made, type MakerSpec, type Work } from './facts/factStore.ts';
import { makerBySpec } from './facts/makerBySpec.ts';
import { Watchdog } from './watchdog.ts';

interface Request {
  readonly files: readonly { readonly file: FileRef; readonly makers: readonly number[] }[];
  readonly makers: readonly { readonly spec: MakerSpec; readonly rule: string }[];
  readonly next: Int32Array;
  readonly root: string | undefined;
  readonly repository: string | undefined;
  /** The longest one rule may take in one file, in milliseconds; undefined where nothing is watched. */
  readonly limitMs: number | undefined;
}

/** A thread that begins compiles everything anew, which fewer files do not pay for. */
const leastFiles = 4_000;
/** Trees of syntax are needed for one file and then never again; in megabytes. */
const youngMegabytes = 128;

/**
 * Undefined on a machine that has one core.
 * @param entry the script that calls `serveFacts` when it runs in a thread
 */
export function factThread(entry: string, least = leastFiles): FactHelper | undefined {
  if (availableParallelism() < 2) return undefined;
  let started: Worker | undefined;
  let isBusy = false;
  return {
    least,
    help: async (work, next, { root, repository }, limitMs) => {
      if (isBusy) throw new Error('The second thread has work.');
      started ??= new Worker(entry, { resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes } });
      isBusy = true;
      const thread = started;
      thread.ref();
      try {
        return await new Promise<Made>((resolve, reject) => {
          const ended = (error: Error) => {
            started = undefined;
            reject(error);
          };
          for (const event of ['message', 'error', 'exit']) thread.removeAllListeners(event);
          // Both ends are this program: what comes is what was sent.
          thread.once('message', (made: Made) => resolve(made));
          thread.once('error', ended);
          thread.once('exit', (code) => ended(new Error(`The second thread ended with code ${code}.`)));
          thread.postMessage({ ...described(work), next, root, repository, limitMs } satisfies Request);
        });
      } finally {
        isBusy = false;
        thread.unref();
      }
    },
  };
}

function described(work: readonly Work[]): Pick<Request, 'files' | 'makers'> {
  const numbers = new Map<string, number>();
  const makers: { spec: MakerSpec; rule: string }[] = [];
  const files = work.map(({ file, makers: wanted }) => ({
    file: { path: file.path, blob: file.blob },
    makers: wanted.flatMap(({ maker: { key, spec }, rule }) => {
      if (spec === undefined) return [];
      const known = numbers.get(`${key}\n${rule}`);
      if (known !== undefined) return [known];
      numbers.set(`${key}\n${rule}`, makers.length);
      return [makers.push({ spec, rule }) - 1];
    }),
  }));
  return { files, makers };
}

/** To be called in the thread; nothing else happens there. */
export function serveFacts(): void {
  if (isMainThread) throw new Error('This is no second thread.');
  const port = parentPort;
  let watchdog: Watchdog | undefined;
  port?.on('message', (request: Request) => {
    if (request.limitMs !== undefined) {
      watchdog ??= new Watchdog();
      watchdog.limitMs = request.limitMs;
    }
    made(request, watchdog).then(
      (answer) => port.postMessage(answer),
      (error: unknown) => {
        // Told to the main thread by the end of this one.
        setImmediate(() => {
          throw error;
        });
      },
    );
  });
}

async function made({ files, makers, next, root, repository }: Request, watchdog: Watchdog | undefined): Promise<Made> {
  const known = makers.map(({ spec, rule }) => ({ maker: makerBySpec(spec), rule }));
  const work = files.map(({ file, makers: wanted }) => ({
    file,
    makers: wanted.flatMap((number) => known[number] ?? []),
  }));
  const store = new FactStore();
  const reader = root === undefined && repository !== undefined ? new BlobReader(repository) : undefined;
  try {
    const read = async (blob: string) => await reader?.read(blob);
    const taken = await store.takeWork(work, next, { root, read }, watchdog);
    return taken.flatMap((number) => {
      const { file, makers: wanted = [] } = work[number] ?? {};
      return wanted.flatMap(({ maker }, at) =>
        file === undefined ? [] : [[number, at, store.get(maker, file)] as const],
      );
    });
  } finally {
    reader?.close();
  }
}
