// How well suspects are ranked on real bugs: where the function that the fix changes stands among those that Ratchet names, beside
// coverage alone (Ochiai) and what changed last. Not part of `npm test`:
//   RATCHET_REAL_REPOS=DIR node test/real/ranking/ranking.ts WORKFOLDER [LIBRARY]      DIR holds the libraries as git clones
// What is measured of a bug is kept in the work folder, so that another way to rank need not run its tests again.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { openRepository } from '../../../src/gym/git.ts';
import { readChanges } from '../../../src/gym/history/readChanges.ts';
import { takeSnapshot } from '../../../src/gym/snapshot.ts';
import { coverFailing, coverFile } from '../../../src/host/investigation/coverFailing.ts';
import { configSchema } from '../../../src/protocol/config.ts';
import { type CoveredFunction, coverageSchema, fileChangesSchema } from '../../../src/protocol/suspects.ts';
import { suspectFiles } from '../../../src/workflows/investigation/rankFault.ts';
import { type Pointers, pointersOf } from '../../../src/workflows/investigation/ranking/clues.ts';
import { byPlace, scoreOf } from '../../../src/workflows/investigation/ranking/rankSuspects.ts';
import { type Bug, readBugs } from './cases.ts';
import { checkoutOf, place } from './checkout.ts';

const [folder = '', only = ''] = process.argv.slice(2);
const measuredSchema = z.object({ coverage: coverageSchema, changes: z.array(fileChangesSchema), seconds: z.number() });
type Measured = z.infer<typeof measuredSchema>;
type Score = (pointers: Pointers, one: CoveredFunction) => number;

const ways: Readonly<Record<string, Score>> = {
  Ratchet: (pointers) => scoreOf(pointers, false),
  'Ochiai of the best line': ({ line }) => line,
  'Ochiai of the function': ({ whole }) => whole,
  'changed last': ({ recency }) => recency,
};
const ranks = new Map<string, { readonly bug: Bug; readonly rank: number }[]>(
  Object.keys(ways).map((name) => [name, []]),
);
const seconds: number[] = [];

for (const bug of readBugs().bugs.filter(({ repository }) => repository.includes(only))) {
  const measured = await measure(bug);
  if (measured === undefined) continue;
  seconds.push(measured.seconds);
  const places = Object.entries(ways).map(([name, score]) => {
    const rank = rankOf(bug, measured, score);
    ranks.get(name)?.push({ bug, rank });
    return `${name} ${rank === Number.POSITIVE_INFINITY ? '-' : rank}`;
  });
  const { functions, passing, notes } = measured.coverage;
  const where = `${bug.repository} ${bug.fix.slice(0, 10)} ${bug.functions.map(({ name }) => name).join(', ')}`;
  console.log(
    `${where}: ${places.join(', ')} of ${functions.length} functions, ${passing} passing tests ${notes.join(' ')}`,
  );
}

const all = [...ranks.values()][0] ?? [];
// The weights were chosen on the bugs with an odd place in each library's list; the others say whether they hold elsewhere.
const isHeldOut = ({ bug }: { readonly bug: Bug }): boolean =>
  all.filter((one) => one.bug.repository === bug.repository).findIndex((one) => one.bug === bug) % 2 === 1;
console.log(
  `\n${all.length} bugs of ${new Set(all.map(({ bug }) => bug.repository)).size} libraries, of ${readBugs().sifted} fixes whose tests were run`,
);
for (const [name, of] of ranks) {
  console.log(`${name}: ${summary(of)}`);
  if (name === 'Ratchet')
    console.log(`${name}, bugs that the weights were not chosen on: ${summary(of.filter(isHeldOut))}`);
}
const sorted = seconds.toSorted((a, b) => a - b);
console.log(
  `seconds to measure: median ${sorted[sorted.length >> 1]?.toFixed(0)}, longest ${sorted.at(-1)?.toFixed(0)}`,
);

function summary(of: readonly { readonly rank: number }[]): string {
  const share = (most: number) => `${((100 * of.filter(({ rank }) => rank <= most).length) / of.length).toFixed(0)} %`;
  const reciprocal = of.reduce((sum, { rank }) => sum + 1 / rank, 0) / of.length;
  const tops = [1, 3, 5, 10].map((most) => `top ${most} ${share(most)}`);
  return `${tops.join(', ')}, mean reciprocal rank ${reciprocal.toFixed(2)} (${of.length} bugs)`;
}

/** Of several functions that a fix changes, the one that is found first counts. Infinite when none is among them. */
function rankOf(bug: Bug, { coverage, changes }: Measured, score: Score): number {
  const sorted = pointersOf({ coverage, changes, hunks: [] })
    .map(([one, pointers]) => ({ one, worth: score(pointers, one) }))
    .sort((a, b) => b.worth - a.worth || byPlace(a.one, b.one));
  const index = sorted.findIndex(
    ({ one }) => one.path === bug.source && bug.functions.some((wanted) => isSame(one, wanted)),
  );
  return index < 0 ? Number.POSITIVE_INFINITY : index + 1;
}

/** Two parsers may begin a function on neighbouring lines. */
function isSame(one: CoveredFunction, wanted: Bug['functions'][number]): boolean {
  return Math.abs(one.startLine - wanted.startLine) <= 1 && Math.abs(one.endLine - wanted.endLine) <= 1;
}

async function measure(bug: Bug): Promise<Measured | undefined> {
  const kept = join(resolve(folder), 'measured', `${bug.repository.replace('/', '+')}-${bug.fix.slice(0, 10)}.json`);
  if (existsSync(kept)) return measuredSchema.parse(JSON.parse(readFileSync(kept, 'utf8')));
  const checkout = checkoutOf(bug.repository, bug.at, resolve(folder));
  if (checkout === undefined) {
    console.log(`${bug.repository}: skipped, no clone`);
    return undefined;
  }
  place(checkout, bug.parent, { at: bug.fix, paths: bug.tests });
  const started = performance.now();
  const opened = await openRepository(checkout.folder);
  const snapshot = opened.ok ? await takeSnapshot(opened.value) : opened;
  if (!opened.ok || !snapshot.ok) throw new Error(`${bug.repository} cannot be read`);
  const { tree } = snapshot.value;
  const config = configSchema.parse({ tests: { command: bug.command, timeoutSeconds: 120 } });
  const oracle = { kind: 'test' as const, ...bug.failing };
  const options = { cwd: checkout.folder, config: config.tests, sandbox: config.sandbox };
  const own = await coverFile(oracle.file, options);
  const coverage = own.ok ? await coverFailing({ tree, oracle }, own.value, opened.value, options) : own;
  if (!coverage.ok) throw new Error(coverage.failure.message);
  const paths = suspectFiles(coverage.value);
  const signal = new AbortController().signal;
  const changes = await readChanges(opened.value, { tree, paths, testFile: bug.failing.file, since: null, signal });
  const measured = { coverage: coverage.value, changes, seconds: (performance.now() - started) / 1000 };
  mkdirSync(join(resolve(folder), 'measured'), { recursive: true });
  writeFileSync(kept, JSON.stringify(measured));
  return measured;
}
