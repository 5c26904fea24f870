// Finds planted regressions by itself: a mutant that today's tests kill, on a line that a long stretch of the history has, with the
// killing test passing at both ends of that stretch without the fault. Everything by a seed.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { PlantedCase } from './cases.ts';
import { mutantsOf, randomOf, shuffled } from './mutants.ts';
import type { Workshop } from './workshop.ts';

/** Mutants that are looked at before a library is given up. */
const maxTries = 40;
const leastCommits = 60;
/** Of one file, so that a library's cases are not all the same. */
const mostOfOneFile = 3;

/** Cases as they are found. */
export function* findCases(workshop: Workshop, wanted: number, length: number, seed: number): Generator<PlantedCase> {
  const { library, root } = workshop;
  const random = randomOf(seed);
  const head = workshop.git(['rev-parse', 'origin/HEAD']);
  workshop.git(['checkout', '-q', '--detach', '--force', head]);
  const paths = workshop.git(['ls-files']).split('\n');
  const tests = paths.filter((path) => library.tests.test(path));
  const history = workshop.history(head, length);
  const all = shuffled(
    paths
      .filter((path) => library.code.test(path))
      .flatMap((path) => mutantsOf(readFileSync(join(root, path), 'utf8')).map((mutant) => ({ path, ...mutant }))),
    random,
  );
  const textsOf = remembered((path) => workshop.texts(history, path));
  const runsToday = remembered((test) => workshop.exitCode(`${library.command} ${test}`) === 0);
  const runsAt = remembered((question) => {
    const [base = '', test = ''] = question.split(' ');
    return passesAt(workshop, base, head, test);
  });
  const taken = new Map<string, number>();
  let [tries, found] = [0, 0];
  for (const { path, line, operator, from, to } of all) {
    if (found >= wanted || tries >= maxTries) break;
    if ((taken.get(path) ?? 0) >= mostOfOneFile) continue;
    const stretch = stretchOf(textsOf(path), from);
    const base = history[stretch];
    if (stretch < leastCommits || base === undefined) continue;
    tries += 1;
    const usable = testsOf(tests, path, root).filter((test) => runsToday(test) && runsAt(`${base} ${test}`));
    const test = killer(workshop, path, from, to, usable);
    if (test === undefined) continue;
    taken.set(path, (taken.get(path) ?? 0) + 1);
    found += 1;
    const plantedAt = Math.floor((0.05 + 0.9 * random()) * stretch);
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

function killer(workshop: Workshop, path: string, from: string, to: string, tests: readonly string[]) {
  const file = join(workshop.root, path);
  const text = readFileSync(file, 'utf8');
  try {
    writeFileSync(file, faulty(text, from, to));
    return tests.find((test) => isFailure(workshop.exitCode(`${workshop.library.command} ${test}`)));
  } finally {
    writeFileSync(file, text);
  }
}

export const faulty = (text: string, from: string, to: string): string =>
  text
    .split('\n')
    .map((line) => (line === from ? to : line))
    .join('\n');

const isFailure = (code: number | null): boolean => code !== null && code !== 0 && code < 125;

/** Whether the old code satisfies the test as it is today: where it does not, the fault is not what began it. */
function passesAt(workshop: Workshop, base: string, head: string, test: string): boolean {
  try {
    workshop.git(['checkout', '-q', '--detach', '--force', base]);
    const folder = test.split('/')[0] ?? test;
    workshop.git(['checkout', '-q', head, '--', folder]);
    return workshop.exitCode(`${workshop.library.command} ${test}`) === 0;
  } finally {
    workshop.git(['checkout', '-q', '--detach', '--force', head]);
  }
}
