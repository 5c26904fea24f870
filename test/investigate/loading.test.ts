// What broke the loading of a test file: no test in it is reached, so none can be asked for by name.
import { afterEach, describe, expect, it } from 'vitest';
import { leftovers } from '../helpers/cli.ts';
import { goodSum, makeHistory, type PlannedCommit, plainHistory, projectFiles, sumTest } from '../helpers/history.ts';
import { investigateIn } from '../helpers/investigate.ts';
import type { TestRepository } from '../helpers/repository.ts';

let repo: TestRepository & { readonly ids: string[] };
afterEach(() => {
  expect(leftovers(repo.root)).toEqual([]);
  repo.remove();
});

const investigate = (...args: string[]) => investigateIn(repo.root, ...args);

const losesExport: PlannedCommit = {
  subject: 'Rename the sum',
  files: { 'src/other.js': 'export const renamed = 1;\n', 'src/more.js': 'export const more = 1;\n' },
};
const usesOther = `import { other } from './other.js';\n${goodSum.replace('a + b', 'a + b + other * 0')}`;

/** Like `plainHistory`, and the module that the test loads needs the other one. */
function history(count: number, at: Readonly<Record<number, PlannedCommit>>): PlannedCommit[] {
  const last = Math.max(...Object.keys(at).map(Number));
  return plainHistory(count, at).map((planned, index) => {
    if (index === 0) return { ...planned, files: { ...projectFiles, 'src/sum.js': usesOther } };
    // Nothing mends it by the way.
    return index > last && planned.subject.startsWith('Change')
      ? { ...planned, files: { 'src/more.js': `export const more = ${index};\n` } }
      : planned;
  });
}

describe('a test file that cannot be loaded', { timeout: 180_000 }, () => {
  it('is followed to the commit that broke it, whether a test or a file is named', async () => {
    repo = makeHistory(history(20, { 7: losesExport }));
    for (const args of [['src/sum.js', '--test', 'adds'], ['test/sum.test.js'], ['src/sum.js']]) {
      const { code, document } = await investigate(...args);
      expect([args, code, document.outcome?.outcome]).toEqual([args, 0, 'cause']);
      expect(document.outcome).toMatchObject({
        culprits: [{ commit: repo.ids[7] }],
        hunks: [{ path: 'src/other.js' }],
      });
      expect(document.outcome?.symptom).toBe(
        'test/sum.test.js cannot be loaded in a clean copy of the repository, so no test in it is run',
      );
      expect(document.report).toContain("does not provide an export named 'other'");
    }
  });

  it('is not taken for one that could not be loaded for another reason before', async () => {
    const later = sumTest.replace("'../src/sum.js';", "'../src/sum.js';\nimport '../src/late.js';");
    const added: PlannedCommit = { subject: 'Add late', files: { 'src/late.js': '\n', 'test/sum.test.js': later } };
    repo = makeHistory(history(20, { 6: added, 13: losesExport }));
    const { document } = await investigate('src/sum.js', '--test', 'adds');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[13] }] });
  });

  it('says so where the file itself is wrong, since it is laid over every commit', async () => {
    repo = makeHistory(history(8, { 2: { subject: 'Nothing', files: { 'src/more.js': '\n' } } }));
    repo.write({ 'test/sum.test.js': `${sumTest}}\n` });
    const { code, document } = await investigate('src/sum.js', '--test', 'adds');
    expect([code, document.outcome?.culprits]).not.toEqual([0, expect.anything()]);
    expect(document.report).toContain('Whether the test file itself is wrong');
  });

  it('is nothing to search for where the runner cannot be started', async () => {
    const [first, ...rest] = history(5, { 2: losesExport });
    const manifest = { 'package.json': '{ "type": "module", "scripts": { "test": "no-such-folder/vitest run" } }' };
    repo = makeHistory([{ subject: 'Begin', files: { ...first?.files, ...manifest } }, ...rest]);
    const { document } = await investigate('src/sum.js', '--test', 'adds');
    expect(document.outcome).toMatchObject({ outcome: 'unproven', culprits: [] });
  });
});
