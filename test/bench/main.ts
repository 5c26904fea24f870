// Benchmarks: what it costs to have Ratchet installed, and the hot paths against a peer or the physical limit in the same run.
//   npm run bench [-- sizes|activation|typing|snapshot|patch|gym|context|hunks|journal|invariants|integrity|fuzz] [--json] [--large]
import {
  appendFileSync,
  closeSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { applyHunks, deriveHunks } from '../../src/gym/hunks.ts';
import { BlobStore } from '../../src/host/blobStore.ts';
import { JournalFile } from '../../src/host/journalFile.ts';

const root = resolve(import.meta.dirname, '../..');
const asked = process.argv.slice(2).filter((arg) => /^[a-z]/.test(arg));
const asJson = process.argv.includes('--json');

interface Row {
  readonly bench: string;
  readonly what: string;
  readonly value: string;
  readonly against: string;
  readonly ratio: string;
}
const rows: Row[] = [];
const add = (bench: string, what: string, value: string, against = '', ratio = '') =>
  rows.push({ bench, what, value, against, ratio });

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Both in turn, so that the noise of the machine hits both. Medians in milliseconds. */
async function pair(rounds: number, ours: () => unknown, theirs: () => unknown): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  const time = async (run: () => unknown): Promise<number> => {
    const started = performance.now();
    await run();
    return performance.now() - started;
  };
  for (let round = 0; round < rounds; round += 1) {
    times[0].push(await time(ours));
    times[1].push(await time(theirs));
  }
  return [median(times[0]), median(times[1])];
}
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

function sizes(): void {
  const metafiles = JSON.parse(readFileSync(join(root, 'dist', '.metafiles.json'), 'utf8'));
  const limits: Record<string, number> = { extension: 300 };
  for (const name of ['extension', 'host', 'claude', 'otlp', 'planText', 'panel']) {
    const outputs: Record<string, { bytes: number; inputs: Record<string, { bytesInOutput: number }> }> =
      metafiles[name].outputs;
    for (const [file, { bytes, inputs }] of Object.entries(outputs)) {
      const limit = limits[name];
      const shares = new Map<string, number>();
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? 'ours';
        shares.set(owner, (shares.get(owner) ?? 0) + bytesInOutput);
      }
      const top = [...shares].sort((a, b) => b[1] - a[1]).slice(0, 4);
      const text = top.map(([owner, size]) => `${owner} ${Math.round((100 * size) / bytes)} %`).join(', ');
      add(
        'sizes',
        file,
        `${Math.round(bytes / 1000)} KB`,
        limit === undefined ? text : `limit ${limit} KB; ${text}`,
        limit === undefined ? '' : (bytes / 1000 / limit).toFixed(2),
      );
    }
  }
  const vsix = join(root, 'ratchet.vsix');
  const bytes = statSync(vsix, { throwIfNoEntry: false })?.size;
  if (bytes !== undefined)
    add('sizes', 'ratchet.vsix', `${(bytes / 1e6).toFixed(2)} MB`, 'limit 5 MB', (bytes / 5e6).toFixed(2));
}

/** In the real extension host: Ratchet's activation and that of an extension that does nothing, in several fresh windows. */
async function activation(): Promise<void> {
  const { measureActivation } = await import('./activation.ts');
  const { ours, empty, api, loading, after, cpu } = await measureActivation(5);
  add(
    'activation',
    'Ratchet',
    ms(median(ours)),
    `an empty extension: ${ms(median(empty))}`,
    (median(ours) / Math.max(0.01, median(empty))).toFixed(1),
  );
  add(
    'activation',
    "of which the editor's own API object",
    ms(median(api)),
    '',
    (median(api) / median(ours)).toFixed(2),
  );
  add(
    'activation',
    'of which loading, the API object included',
    ms(median(loading)),
    '',
    (median(loading) / median(ours)).toFixed(2),
  );
  add('activation', 'in the turn after it', ms(median(after)), '', (median(after) / median(ours)).toFixed(2));
  add(
    'activation',
    'processor time',
    ms(median(cpu)),
    `wall: ${ms(median(ours))}`,
    (median(cpu) / median(ours)).toFixed(2),
  );
  add('activation', 'limit', '50 ms', `fastest window: ${ms(Math.min(...ours))}`, (median(ours) / 50).toFixed(2));
}

/** From key to diagnostic in a real VS Code, against an extension that only searches the text, in the same window. */
async function typing(): Promise<void> {
  const { measureTyping } = await import('./typing.ts');
  const { ours, bare } = await measureTyping(20, 5);
  const shares = { fastest: 0, median: 0.5, p95: 0.95 };
  for (const [name, share] of Object.entries(shares)) {
    const [own, limit] = [ours, bare].map((times) => times[Math.floor(times.length * share)] ?? 0);
    add(
      'typing',
      `key to diagnostic, ${name}`,
      ms(own ?? 0),
      `a bare search: ${ms(limit ?? 0)}`,
      ((own ?? 0) / (limit ?? 1)).toFixed(2),
    );
  }
}

async function snapshot(): Promise<void> {
  const { benchSnapshots } = await import('./snapshot.ts');
  await benchSnapshots(
    (what, value, against, ratio) => add('snapshot', what, ms(value), against, ratio?.toFixed(2)),
    process.argv.includes('--large'),
  );
}

async function hunks(): Promise<void> {
  const base = Array.from({ length: 5_000 }, (_, index) => `line ${index} ${(index * 7919) % 97}\n`).join('');
  const candidate = base.replace(/line (\d*99) .*\n/g, 'changed $1\n');
  const derived = deriveHunks('f', base, candidate);
  const [derive, read] = await pair(
    15,
    () => deriveHunks('f', base, candidate),
    () => [base.split('\n').length, candidate.split('\n').length],
  );
  const [apply] = await pair(
    15,
    () => applyHunks({ base, current: base, applied: [], hunks: derived }),
    () => undefined,
  );
  add(
    'hunks',
    `derive ${derived.length} hunks of 5,000 lines`,
    ms(derive),
    `splitting both texts: ${ms(read)}`,
    (derive / read).toFixed(1),
  );
  add(
    'hunks',
    `apply ${derived.length} hunks`,
    ms(apply),
    `splitting both texts: ${ms(read)}`,
    (apply / read).toFixed(1),
  );
}

/** Against the physical limit: the same bytes, appended and synced. */
async function journal(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-bench-'));
  try {
    mkdirSync(join(folder, 'blobs'));
    const { journal: file } = await JournalFile.open(
      join(folder, 'journal.jsonl'),
      new BlobStore(join(folder, 'blobs')),
      () => Date.now(),
    );
    const plain = openSync(join(folder, 'plain'), 'a');
    const event = {
      type: 'signalReceived' as const,
      name: 'decideHunks',
      payload: { accept: Array.from({ length: 20 }, (_, index) => `hunk-${index}`), reject: [] },
    };
    const line = `${JSON.stringify(event)}${'x'.repeat(200)}\n`;
    const [ours, limit] = await pair(
      60,
      () => file.append(event),
      () => {
        appendFileSync(plain, line);
        fdatasyncSync(plain);
      },
    );
    await file.close();
    closeSync(plain);
    add(
      'journal',
      'append one entry, synced',
      ms(ours),
      `append and fdatasync: ${ms(limit)}`,
      (ours / limit).toFixed(2),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function patch(): Promise<void> {
  const { measurePatch } = await import('./patch.ts');
  const { rows: classes, languages, times } = measurePatch();
  const sum = (key: 'correct' | 'refused' | 'wrong') => classes.reduce((total, row) => total + row[key], 0);
  for (const { className, correct, refused, wrong } of classes)
    add('patch', className, `${correct}/${refused}/${wrong}`, 'correct/refused/wrong');
  const all = sum('correct') + sum('refused') + sum('wrong');
  add(
    'patch',
    `all (${languages.join(', ')})`,
    `${sum('correct')}/${sum('refused')}/${sum('wrong')}`,
    `of ${all}; limits: at least 65 % correct, 0 wrong`,
    (sum('correct') / all).toFixed(2),
  );
  const floor = (value: number) => `to read and split the file: ${value.toFixed(3)} ms`;
  add('patch', 'p50 on 1,000 lines', ms(times.p50), floor(times.floorP50), (times.p50 / times.floorP50).toFixed(1));
  add('patch', 'p99 on 1,000 lines', ms(times.p99), floor(times.floorP99), (times.p99 / times.floorP99).toFixed(1));
  add('patch', 'p99, limit', '5 ms', `${times.edits} edits, in one run`, (times.p99 / 5).toFixed(2));
  add('patch', 'p99, processor time', ms(times.ownP99), 'limit 5 ms', (times.ownP99 / 5).toFixed(2));
  add(
    'patch',
    'p99, slowest class',
    ms(times.slowest.p99),
    times.slowest.className,
    (times.slowest.p99 / 5).toFixed(2),
  );
}

async function integrity(): Promise<void> {
  const { benchIntegrity } = await import('./integrity.ts');
  await benchIntegrity((what, value, against, ratio) => add('integrity', what, value, against, ratio));
}

/** The built command line, driven from outside. */
async function gym(): Promise<void> {
  const { benchGym } = await import('./gym.ts');
  await benchGym((what, value, against, ratio) => add('gym', what, value, against, ratio?.toFixed(2)));
}

/**
 * Real repositories come from a folder of clones; `--rounds N` and `--commits N` say how much is measured, and `--parts P,Q` which
 * of the parts.
 */
async function invariants(): Promise<void> {
  const { benchInvariants } = await import('./invariants.ts');
  const option = (name: string) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? undefined : process.argv[at + 1];
  };
  const how = {
    rounds: Number(option('--rounds') ?? 3),
    commits: Number(option('--commits') ?? 8_000),
    parts: option('--parts')?.split(','),
  };
  benchInvariants(process.env.RATCHET_REAL_REPOS, how, (...row) => {
    // It takes minutes; what is known is shown.
    console.error(row.join('  '));
    add('invariants', ...row);
  });
}

async function context(): Promise<void> {
  const { benchContext } = await import('./context.ts');
  await benchContext((what, value, against, ratio) => add('context', what, value, against, ratio));
}

/** No comparison, but a proof by size: `npm run bench -- fuzz`, since it takes minutes. */
async function fuzz(): Promise<void> {
  const { fuzz: play } = await import('../helpers/fuzz.ts');
  const { episodes, runs, steps, ends, seconds, heap, problems } = await play(2_000, 100_000);
  add('fuzz', `${episodes} episodes in ${runs} runs`, `${seconds.toFixed(0)} s`, `${steps} steps in the gym`);
  for (const [end, count] of Object.entries(ends)) add('fuzz', `ended as ${end}`, `${count}`);
  add('fuzz', 'heap, after a fifth and at the end', `${heap[1].toFixed(0)} MB`, `${heap[0].toFixed(0)} MB before`);
  add('fuzz', 'problems', `${problems.length}`, problems.join('; '));
  if (problems.length > 0) process.exitCode = 1;
}

const benches: Record<string, () => void | Promise<void>> = {
  sizes,
  activation,
  typing,
  snapshot,
  patch,
  gym,
  context,
  hunks,
  journal,
  invariants,
  integrity,
  fuzz,
};
const byNameOnly = new Set(['fuzz']);
for (const [name, run] of Object.entries(benches))
  if (asked.includes(name) || (asked.length === 0 && !byNameOnly.has(name))) await run();
if (asJson) console.log(JSON.stringify(rows, null, 2));
else
  for (const { bench, what, value, against, ratio } of rows)
    console.log(`${bench.padEnd(11)} ${what.padEnd(38)} ${value.padStart(10)}  ${ratio.padStart(6)}  ${against}`);
