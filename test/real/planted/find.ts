// Finds planted regressions by itself: a mutant that today's tests kill, on a line that a long stretch of the history has, with the
// killing test passing at both ends of that stretch without the fault. Everything by a seed.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { PlantedCase } from './cases.ts';
import { mutantsOf, randomOf, shuffled } from './mutants.ts';
import type { Workshop } from './workshop.ts';

/** Mutants that are looked at before a library is given up. */
const maxTries = 40;
const lengths = [200, 150, 100, 50];
const leastCommits = 50;
/** Of one file, so that a library's cases are not all the same. */
const mostOfOneFile = 3;
/** Commits before the newest one where else a history may end: code that is young today was old in its predecessors. */
const ends = [0, 100, 200, 300, 400];

/** Cases as they are found. */
export async function* findCases(workshop: Workshop, wanted: number, seed: number): AsyncGenerator<PlantedCase> {
  const taken = new Map<string, number>();
  let found = 0;
  for (const end of ends) {
    const head = workshop.history('origin/HEAD', end).at(end);
    if (head === undefined || found >= wanted) return;
    for await (const one of casesUpTo(head, workshop, seed + end, taken)) {
      yield one;
      found += 1;
      if (found >= wanted) return;
    }
  }
}

/** Cases in the history that ends with `head`. @param taken how many there are of each file, which is counted on */
async function* casesUpTo(
  head: string,
  workshop: Workshop,
  seed: number,
  taken: Map<string, number>,
): AsyncGenerator<PlantedCase> {
  const { library, root } = workshop;
  const random = randomOf(seed);
  workshop.git(['checkout', '-q', '--detach', '--force', head]);
  const paths = workshop.git(['ls-files']).split('\n');
  const tests = paths.filter((path) => library.tests.test(path));
  const history = workshop.history(head, lengths[0] ?? leastCommits);
  const all = shuffled(
    paths
      .filter((path) => library.code.test(path))
      .flatMap((path) => mutantsOf(readFileSync(join(root, path), 'utf8')).map((mutant) => ({ path, ...mutant }))),
    random,
  );
  const textsOf = remembered((path) => workshop.texts(history, path));
  const today = remembered(async (test) => new Set((await workshop.results(test))?.passed));
  const then = remembered(async (question) => {
    const [base = '', test = ''] = question.split(' ');
    return new Set((await resultsAt(workshop, base, head, test))?.passed);
  });
  let tries = 0;
  for (const { path, line, operator, from, to } of all) {
    if (tries >= maxTries) return;
    if ((taken.get(path) ?? 0) >= mostOfOneFile) continue;
    const most = stretchOf(textsOf(path), from);
    if (most < leastCommits) continue;
    tries += 1;
    const killed = await killer(workshop, path, from, to, testsOf(tests, path, root));
    if (killed === undefined || !(await today(killed.test)).has(killed.name)) continue;
    const { test, name } = killed;
    // Where today's test asks for more than old code could, the history begins later.
    let stretch: number | undefined;
    for (const length of lengths)
      if (length <= most && stretch === undefined && (await then(`${history[length]} ${test}`)).has(name))
        stretch = length;
    const base = history[stretch ?? 0];
    if (stretch === undefined || base === undefined) continue;
    const plantedAt = Math.floor((0.05 + 0.9 * random()) * stretch);
    // What the test says of the faulty commit has to be what it says of the newest: else there is nothing to be found.
    const planted = history[stretch - 1 - plantedAt] ?? head;
    const change = (text: string) => faulty(text, from, to);
    const atPlanted = await resultsAt(workshop, planted, head, test, { path, change });
    if (atPlanted?.failed.includes(name) !== true) continue;
    taken.set(path, (taken.get(path) ?? 0) + 1);
    const command = `${library.command} ${test}`;
    yield { repository: library.name, head, base, commits: stretch, path, line, operator, test, command, plantedAt };
  }
}

function remembered<T>(ask: (question: string) => T): (question: string) => T {
  const known = new Map<string, T>();
  return (question) => {
    const answer = known.get(question) ?? ask(question);
    known.set(question, answer);
    return answer;
  };
}

/** How many commits back the line is there, once in each. */
function stretchOf(texts: readonly (string | undefined)[], line: string): number {
  const missing = texts.findIndex((text) => text?.split('\n').filter((other) => other === line).length !== 1);
  return (missing === -1 ? texts.length : missing) - 1;
}

/** Test files that are named like the code, or name it; others follow. */
function testsOf(tests: readonly string[], path: string, root: string): string[] {
  const stem = basename(path).replace(/\.\w+$/, '');
  const near = (test: string) =>
    Number(basename(test).includes(stem)) * 2 + Number(readFileSync(join(root, test), 'utf8').includes(stem));
  return [...tests].sort((a, b) => near(b) - near(a) || (a < b ? -1 : 1)).slice(0, 2);
}

/** The first test that fails with the fault, in the first file where one does. */
async function killer(workshop: Workshop, path: string, from: string, to: string, tests: readonly string[]) {
  const file = join(workshop.root, path);
  const text = readFileSync(file, 'utf8');
  try {
    writeFileSync(file, faulty(text, from, to));
    for (const test of tests) {
      const [name] = (await workshop.results(test))?.failed ?? [];
      if (name !== undefined) return { test, name };
    }
    return undefined;
  } finally {
    writeFileSync(file, text);
  }
}

export const faulty = (text: string, from: string, to: string): string =>
  text
    .split('\n')
    .map((line) => (line === from ? to : line))
    .join('\n');

/** What today's test says of old code. */
async function resultsAt(
  workshop: Workshop,
  base: string,
  head: string,
  test: string,
  fault?: { readonly path: string; readonly change: (text: string) => string },
) {
  try {
    workshop.git(['checkout', '-q', '--detach', '--force', base]);
    workshop.git(['checkout', '-q', head, '--', test.split('/')[0] ?? test]);
    if (fault !== undefined) {
      const file = join(workshop.root, fault.path);
      writeFileSync(file, fault.change(readFileSync(file, 'utf8')));
    }
    return await workshop.results(test);
  } finally {
    workshop.git(['checkout', '-q', '--detach', '--force', head]);
  }
}
