// Real regressions of a library: fixes of its history whose test fails on the commit before, and passes on some commit still older.
// Whatever the messages say, only runs count.
import type { Workshop } from './workshop.ts';

export interface Fix {
  readonly commit: string;
  readonly parent: string;
  readonly subject: string;
  readonly tests: readonly string[];
  /** What it changed beside its tests in their folders: data that they read. */
  readonly data: readonly string[];
}

export interface Broken extends Fix {
  readonly test: string;
  readonly name: string;
}

const isFix = /\b(?:fix(?:e[sd])?|regress(?:ion)?|bug|broken?)\b/i;
/** What changes more files is no fix of one thing. */
const mostFiles = 12;

/** Commits of the history that say they mend something, and change code and tests. */
export function fixesOf(workshop: Workshop, head: string, count: number): Fix[] {
  const { library } = workshop;
  const log = workshop.git([
    'log',
    '--first-parent',
    `--max-count=${count}`,
    '--name-only',
    '--diff-filter=d',
    '--format=%x01%H%x00%P%x00%s',
    head,
  ]);
  return log.split('\x01').flatMap((entry) => {
    const [line = '', ...paths] = entry.trim().split('\n');
    const [commit = '', parents = '', subject = ''] = line.split('\0');
    const [parent] = parents.split(' ');
    const files = paths.filter((path) => path !== '');
    const tests = files.filter((path) => library.tests.test(path));
    const isSmall = files.length <= mostFiles && files.some((path) => library.code.test(path)) && tests.length > 0;
    if (!isFix.test(subject) || !isSmall || parent === undefined || parent === '') return [];
    const folders = new Set(tests.map((path) => path.split('/')[0]));
    const data = files.filter((path) => folders.has(path.split('/')[0]) && !tests.includes(path));
    return [{ commit, parent, subject, tests, data }];
  });
}

/** The first test of the fix that passes with it and fails without; undefined when there is none. */
export async function brokenBefore(workshop: Workshop, fix: Fix): Promise<Broken | undefined> {
  for (const test of fix.tests) {
    const fixed = new Set((await resultsWith(workshop, fix.commit, fix, test))?.passed);
    const before = await resultsWith(workshop, fix.parent, fix, test);
    const name = before?.failed.find((failed) => fixed.has(failed));
    if (name !== undefined) return { ...fix, test, name };
  }
  return undefined;
}

/** What a test file of a fix says of the code of another commit. */
export async function resultsWith(workshop: Workshop, code: string, { commit, data }: Fix, test: string) {
  workshop.git(['checkout', '-q', '--detach', '--force', code]);
  try {
    workshop.git(['checkout', '-q', commit, '--', test, ...data]);
    return await workshop.results(test);
  } catch {
    // The file is not there in that commit.
    return undefined;
  } finally {
    workshop.git(['checkout', '-q', '--force', code]);
  }
}
