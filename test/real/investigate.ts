// Investigation on real public histories: faults are planted in the histories of libraries, everything after them built anew on
// them, and then looked for by `ratchet investigate` and by `git bisect run`. Not part of `npm test`:
//   RATCHET_REAL_REPOS=DIR node test/real/investigate.ts [--library NAME] [--find N] [--hunks N] [--bisect N]
//   [--whole N] [--output FILE]
// DIR holds git clones by the names of `planted/libraries.ts`. `--find N` looks for N cases a library and writes the list that is
// played otherwise; `--bisect N` compares the first N of each library
// with a bisection by the one test file, `--whole N` with one by all tests; without, all and none. `--hunks N`
// looks for the hunks in the first N only; the others are canceled when the commit is told.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { plantedListSchema } from './planted/cases.ts';
import { findCases } from './planted/find.ts';
import { libraries } from './planted/libraries.ts';
import { type Played, play } from './planted/play.ts';
import { summaryOf } from './planted/summary.ts';
import { Workshop } from './planted/workshop.ts';

const listPath = join(import.meta.dirname, 'plantedRegressions.json');
const { values } = parseArgs({
  options: {
    library: { type: 'string' },
    find: { type: 'string' },
    hunks: { type: 'string', default: '1000' },
    bisect: { type: 'string', default: '1000' },
    whole: { type: 'string', default: '0' },
    output: { type: 'string' },
  },
});
const clones = process.env.RATCHET_REAL_REPOS;
if (clones === undefined) {
  console.error('Skipped: RATCHET_REAL_REPOS names no folder of clones.');
  process.exit(2);
}
const works = join(process.env.RATCHET_REAL_WORK ?? tmpdir(), 'ratchet-planted');
mkdirSync(works, { recursive: true });
const list = plantedListSchema.parse(JSON.parse(readFileSync(listPath, 'utf8')));
const chosen = libraries.filter(({ name }) => values.library === undefined || values.library === name);
const played: Played[] = [];
for (const library of chosen) {
  const workshop = Workshop.open(library, resolve(clones), works);
  if (workshop === undefined) {
    console.log(`- ${library.name}: skipped, there is no clone`);
    continue;
  }
  if (values.find !== undefined) {
    list.cases = list.cases.filter(({ repository }) => repository !== library.name);
    for await (const found of findCases(workshop, Number(values.find), list.seed)) {
      console.log(`${found.repository} ${found.path}:${found.line} ${found.operator}, ${found.commits} commits`);
      list.cases.push(found);
      writeFileSync(listPath, `${JSON.stringify(list, null, 2)}\n`);
    }
    continue;
  }
  const own = list.cases.filter(({ repository }) => repository === library.name);
  for (const [index, planted] of own.entries()) {
    const one = await play(planted, workshop, {
      hunks: index < Number(values.hunks),
      one: index < Number(values.bisect),
      whole: index < Number(values.whole),
    });
    played.push(one);
    console.log(lineOf(one));
    if (values.output !== undefined) writeFileSync(values.output, JSON.stringify(played));
  }
}
if (values.find === undefined) console.log(summaryOf(played));
process.exit(played.every(({ isFound }) => isFound) ? 0 : 1);

function lineOf({ planted, isFound, summary, runs, culpritMs, hunksMs, bisect, bisectWhole }: Played): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const against = (what: string, bisected: typeof bisect) =>
    bisected === null
      ? []
      : [`${what}: ${bisected.isFound ? '' : 'NOT '}found, ${bisected.runs} runs, ${seconds(bisected.ms)}`];
  return [
    `${isFound ? '✔' : '✖'} ${planted.repository} ${planted.path}:${planted.line} ${planted.operator}`,
    `${planted.commits} commits`,
    isFound ? `${runs} runs` : `NOT found: ${summary}`,
    hunksMs === null ? seconds(culpritMs) : `${seconds(culpritMs)} and ${seconds(hunksMs)} for the hunks`,
    ...against('git bisect run', bisect),
    ...against('with all tests', bisectWhole),
  ].join(', ');
}
