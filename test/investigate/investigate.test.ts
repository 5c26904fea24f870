// `ratchet investigate` on real histories: the commit and the lines, in few runs, with the checkout left alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { replayDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { leftovers, ratchet } from '../helpers/cli.ts';
import { brokenSum, goodSum, makeHistory, type PlannedCommit, plainHistory, sumTest } from '../helpers/history.ts';
import { investigateIn } from '../helpers/investigate.ts';
import { fingerprint, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository & { readonly ids: string[] };
afterEach(() => {
  expect(leftovers(repo.root)).toEqual([]);
  repo.remove();
});

const breaks: PlannedCommit = {
  subject: 'Tidy the sum',
  files: { 'src/sum.js': brokenSum, 'src/other.js': 'export const other = "tidy";\n' },
};

const investigate = (...args: string[]) => investigateIn(repo.root, ...args);

const returnLine = brokenSum.split('\n').findIndex((line) => line.includes('return')) + 1;

describe('ratchet investigate', { timeout: 180_000 }, () => {
  it('finds the commit and the line in few runs, leaves the checkout alone, and knows it the next time', async () => {
    repo = makeHistory(plainHistory(30, { 12: breaks }));
    const before = fingerprint(repo.root);
    const { code, document } = await investigate('src/sum.js', '--test', 'adds');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[12] }] });
    expect(code).toBe(0);
    // One hunk of several matters, and it stands where it stood.
    expect(document.outcome?.hunks).toMatchObject([
      { path: 'src/sum.js', today: { path: 'src/sum.js', startLine: returnLine, endLine: returnLine } },
    ]);
    expect(document.outcome?.confidence).toBeGreaterThan(0.9);
    // Commits that change documentation only are no candidates; what stands right before the culprit is run all the same.
    expect(document.outcome?.commits).toBe(20);
    const tried = document.probes.filter(({ what }) => what === 'commit');
    expect(tried.length).toBeLessThanOrEqual(Math.ceil(Math.log2(20)) + 4);
    expect(tried.map(({ subject }) => subject).filter((one) => one.startsWith('Explain'))).toEqual(['Explain 11']);
    expect(document.report).toContain('Tidy the sum');
    expect(fingerprint(repo.root)).toEqual(before);

    const again = await investigate('src/sum.js', '--test', 'adds');
    expect(again.document.outcome).toMatchObject({ outcome: 'cause', runs: 0 });
    const replayed = await ratchet(repo.root, ['replay', document.runId, '--json']);
    expect(replayDocumentSchema.parse(JSON.parse(replayed.stdout))).toMatchObject({ identical: true });
  });

  it('takes, of several failing tests, one that passed when it worked', async () => {
    const always = "test('a first', () => { assert.equal(sum(1, 1), 7); });\n";
    const first = sumTest.indexOf('test(');
    const both = sumTest.slice(0, first) + always + sumTest.slice(first);
    const files = { 'test/sum.test.js': both };
    const [start, ...rest] = plainHistory(9, { 4: breaks });
    if (start === undefined) throw new Error('There is no first commit.');
    repo = makeHistory([{ ...start, files: { ...start.files, ...files } }, ...rest]);
    const { code, document } = await investigate('src/sum.js', '--good', repo.ids[0] ?? '');
    expect([code, document.outcome?.culprits.map(({ commit }) => commit)]).toEqual([0, [repo.ids[4]]]);
    expect(document.report).toContain('did when it is said to have worked: a first');
  });

  it('leaves out the other tests of a file that takes long, where the failing one fails without them too', async () => {
    const waits = "test('waits', () => new Promise((done) => setTimeout(done, 6_000)));\n";
    repo = makeHistory(plainHistory(9, { 4: breaks }));
    repo.write({ 'test/sum.test.js': `${sumTest}${waits}` });
    const { document } = await investigate('src/sum.js', '--test', 'adds');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[4] }] });
    expect(document.outcome?.symptom).toContain('also without the other tests of its file');
    expect(document.report).toContain('Tidy the sum, with the other tests of its file: failed');
    const { runs = 0, cachedRuns = 0 } = document.outcome ?? {};
    expect(runs + cachedRuns).toBe(document.probes.length);
  });

  it('leaves out nothing where the test fails only after another', async () => {
    const breaksOthers = `${sumTest.slice(0, sumTest.indexOf('test('))}
let count = 2;
test('first', () => new Promise((done) => setTimeout(() => { count += 1; done(); }, 3_000)));
test('adds', () => { assert.equal(sum(2, count), count === 3 ? 5 : sum(2, count)); });
`;
    repo = makeHistory(plainHistory(6, { 3: breaks }));
    repo.write({ 'test/sum.test.js': breaksOthers });
    const { document } = await investigate('src/sum.js', '--test', 'adds');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[3] }] });
    expect(document.outcome?.symptom).not.toContain('without');
  });

  it('is not led astray by what the failing test says when it is alone', async () => {
    const money = (start: string, digits: number) =>
      `let currency${start};\nexport const configure = (name) => { currency = name; };\nexport const format = (n) => n.toFixed(${digits}) + ' ' + currency;\n`;
    const steps = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configure, format } from '../src/money.js';
test('configures', () => new Promise((done) => setTimeout(() => { configure('EUR'); done(); }, 2_500)));
test('formats', () => assert.equal(format(1), '1.00 EUR'));
`;
    const [start, ...rest] = plainHistory(9, {
      3: { subject: 'No default', files: { 'src/money.js': money('', 2) } },
      6: { subject: 'Round', files: { 'src/money.js': money('', 1) } },
    });
    if (start === undefined) throw new Error('There is no first commit.');
    const files = { ...start.files, 'src/money.js': money(" = 'EUR'", 2), 'test/money.test.js': steps };
    repo = makeHistory([{ ...start, files }, ...rest]);
    const { document } = await investigate('src/money.js', '--test', 'formats');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[6] }] });
  });

  it('looks at commits of documentation where the commit after them fails and nothing else explains it', async () => {
    const reads = `import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
test('has its usage', () => assert.match(readFileSync(new URL('../README.md', import.meta.url), 'utf8'), /Usage/));
`;
    const [start, ...rest] = plainHistory(12, { 6: { subject: 'Shorten', files: { 'README.md': '# Sums\n' } } });
    if (start === undefined) throw new Error('There is no first commit.');
    const files = { ...start.files, 'README.md': '# Sums\n\nUsage: sum\n', 'test/readme.test.js': reads };
    const code = rest.map((one, at) =>
      one.subject === 'Shorten' ? one : { ...one, files: { [`src/o${at}.js`]: `export const o = ${at};\n` } },
    );
    repo = makeHistory([{ ...start, files }, ...code]);
    const { document } = await investigate('test/readme.test.js', '--test', 'has its usage');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[6] }] });
    expect(document.outcome?.hunks).toMatchObject([{ path: 'README.md' }]);
  });

  it('needs no git setting of the person, and nothing that only helps to rank', async () => {
    repo = makeHistory(plainHistory(12, { 6: breaks }));
    repo.git('config', 'blame.ignoreRevsFile', 'there-is-none');
    repo.git('config', 'log.follow', 'true');
    const { document } = await investigate('src/sum.js', '--test', 'adds');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[6] }] });
  });

  it('carries data of the tests along, from folders that they name', async () => {
    const reads = sumTest
      .replace('import { test }', "import { readFileSync } from 'node:fs';\nimport { test }")
      .replace(
        'assert.equal(sum(2, 3), 5)',
        "const data = new URL('./fixtures', import.meta.url).pathname;\n  const [a, b, c] = JSON.parse(readFileSync(data + '/' + 'numbers' + '.json', 'utf8'));\n  assert.equal(sum(a, b), c)",
      );
    const added = { 'test/sum.test.js': reads, 'test/fixtures/numbers.json': '[2, 3, 5]\n' };
    const planned = plainHistory(9, { 4: breaks });
    const last = planned.at(-1);
    if (last === undefined) throw new Error('There is no last commit.');
    repo = makeHistory([...planned.slice(0, -1), { ...last, files: { ...last.files, ...added } }]);
    const { code, document } = await investigate('src/sum.js', '--test', 'adds');
    expect([code, document.outcome?.culprits.map(({ commit }) => commit)]).toEqual([0, [repo.ids[4]]]);
  });

  it('finds the failing test around a file by itself, and writes the report where that is asked for', async () => {
    repo = makeHistory(plainHistory(9, { 4: breaks }));
    const before = repo.git('status', '--porcelain');
    const { code, document } = await investigate('src/sum.js', '--words', 'the total is wrong', '--report');
    expect([code, document.outcome?.culprits.map(({ commit }) => commit)]).toEqual([0, [repo.ids[4]]]);
    const path = document.outcome?.reportPath ?? '';
    expect(repo.read(path)).toContain(`\`${repo.ids[4]?.slice(0, 10)}\` Tidy the sum`);
    expect([before, repo.git('status', '--porcelain').trim()]).toEqual(['', '?? .ratchet/']);
  });

  it('carries today’s test back: a test that is new finds the old commit that broke it', async () => {
    const history = plainHistory(9, { 0: { subject: 'Begin', files: withoutTest() }, 4: breaks });
    repo = makeHistory(history);
    repo.write({ 'test/new.test.js': sumTest.replace('adds', 'adds numbers') });
    const { document } = await investigate('test/new.test.js', '--test', 'adds numbers');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[4] }] });
  });

  it('names what is not committed when that is the cause', async () => {
    repo = makeHistory(plainHistory(6, {}));
    repo.write({ 'src/sum.js': brokenSum });
    const { code, document } = await investigate('src/sum.js', '--test', 'adds');
    expect([code, document.outcome?.outcome]).toEqual([0, 'cause']);
    expect(document.outcome?.culprits).toMatchObject([{ commit: null }]);
    expect(document.outcome?.hunks).toHaveLength(1);
  });

  it('follows a merge to the commit inside of it', async () => {
    const side = (index: number): PlannedCommit => ({
      subject: `Side ${index}`,
      files: { 'src/side.js': `export const side = ${index};\n` },
      ...(index === 0 ? { parents: [3] } : {}),
    });
    const main = plainHistory(8, {});
    // 0 to 7 are on the main line; 8 to 11 branch off at 3; 12 merges them into 7.
    const branch = [side(0), { ...breaks, subject: 'Break it aside' }, side(2), side(3)];
    const merge: PlannedCommit = {
      subject: 'Merge the side',
      parents: [7, 11],
      files: { 'src/sum.js': brokenSum, 'src/side.js': 'export const side = 3;\n' },
    };
    const after: PlannedCommit = { subject: 'After', files: { 'src/more.js': 'export const more = 1;\n' } };
    repo = makeHistory([...main, ...branch, merge, after]);
    const { document } = await investigate('src/sum.js', '--test', 'adds');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[9] }] });
    expect(document.outcome?.ruledOut.join('\n')).toContain('Merge the side');
  });

  it('skips commits that do not load, and does not take another failure for the symptom', async () => {
    const unloadable: PlannedCommit = {
      subject: 'Half done',
      files: { 'src/sum.js': 'export function sum(a, b) {\n' },
    };
    const throwing: PlannedCommit = {
      subject: 'Another fault',
      files: { 'src/sum.js': 'export function sum() {\n  throw new RangeError("not yet");\n}\n' },
    };
    const mended: PlannedCommit = { subject: 'Mended', files: { 'src/sum.js': goodSum } };
    repo = makeHistory(plainHistory(16, { 4: unloadable, 6: throwing, 9: mended, 12: breaks }));
    const { document } = await investigate('src/sum.js', '--test', 'adds', '--good', repo.ids[1] ?? '');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[12] }] });

    repo.remove();
    repo = makeHistory(plainHistory(16, { 4: unloadable, 7: breaks }));
    const behind = await investigate('src/sum.js', '--test', 'adds');
    const candidates = behind.document.outcome?.culprits.map(({ commit }) => commit);
    // Nothing can tell the commits apart that do not load.
    expect(behind.document.outcome?.outcome).toBe('candidates');
    expect(candidates).toEqual([7, 6, 4].map((index) => repo.ids[index]));
  });

  it('says that a symptom was born with its feature', async () => {
    const bare = { 'package.json': '{"type":"module","scripts":{"test":"node --test \\"test/*.test.js\\""}}' };
    const begin: PlannedCommit = { subject: 'Begin', files: { ...bare, 'src/other.js': 'export {};\n' } };
    const feature: PlannedCommit = {
      subject: 'Add sums',
      files: { 'src/sum.js': brokenSum, 'test/sum.test.js': sumTest },
    };
    repo = makeHistory(plainHistory(24, { 0: begin, 13: feature }));
    const { code, document } = await investigate('src/sum.js', '--test', 'adds');
    expect(document.outcome).toMatchObject({ outcome: 'born', culprits: [{ commit: repo.ids[13] }] });
    expect(code).toBe(1);
    expect(document.report).toContain('born with its feature');
  });

  it('says of a shallow clone in which everything fails that the cause may be older, and how to get it', async () => {
    repo = makeHistory(plainHistory(20, { 4: breaks }));
    const shallow = mkdtempSync(join(tmpdir(), 'ratchet-shallow-'));
    try {
      repo.git('clone', '-q', '--depth', '6', `file://${repo.root}`, shallow);
      const { code, document } = await investigateIn(shallow, 'src/sum.js', '--test', 'adds');
      const { outcome } = document;
      expect([code, outcome?.outcome, outcome?.culprits]).toEqual([1, 'unproven', []]);
      expect(outcome?.summary).toContain('git fetch --unshallow');
      expect(leftovers(shallow)).toEqual([]);
    } finally {
      rmSync(shallow, { recursive: true, force: true });
    }
  });

  it('runs old commits by what the scripts of today mean', async () => {
    const scripts = { test: 'npm run units', units: 'node --test "test/*.test.js"' };
    const today = JSON.stringify({ name: 'sums', type: 'module', scripts });
    const renamed: PlannedCommit = { subject: 'Name the script', files: { 'package.json': today } };
    repo = makeHistory(plainHistory(12, { 3: breaks, 7: renamed }));
    const { document } = await investigate('src/sum.js', '--test', 'adds');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[3] }] });
  });

  it('takes a command for the oracle, and a script that is not committed with it', async () => {
    repo = makeHistory(plainHistory(9, { 4: breaks }));
    repo.write({ 'check.mjs': "import { sum } from './src/sum.js';\nprocess.exit(sum(1, 1) === 2 ? 0 : 3);\n" });
    const { document } = await investigate('src/sum.js', '--command', 'node check.mjs', '--good', repo.ids[0] ?? '');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[4] }] });
  });

  it('claims nothing where nothing is wrong, and says what to do about a revision that there is not', async () => {
    repo = makeHistory(plainHistory(6, {}));
    const fine = await investigate('src/sum.js');
    expect([fine.code, fine.document.outcome?.outcome]).toEqual([1, 'unproven']);
    expect(fine.document.outcome?.ruledOut.join('\n')).toContain('1 tests passed');
    const passing = await investigate('src/sum.js', '--test', 'adds');
    expect([passing.code, passing.document.outcome?.summary]).toEqual([1, expect.stringContaining('passes')]);
    const unknown = await ratchet(repo.root, ['investigate', 'src/sum.js', '--test', 'adds', '--good', 'nowhere']);
    expect([unknown.code, unknown.stdout + unknown.stderr]).toEqual([2, expect.stringContaining('nowhere')]);
    expect((await ratchet(repo.root, ['investigate', 'src/none.js'])).code).toBe(2);
    expect((await ratchet(repo.root, ['investigate', 'src/sum.js', '--test', 'a', '--command', 'b'])).code).toBe(2);
  });
});

function withoutTest(): PlannedCommit['files'] {
  const [first] = plainHistory(1, {});
  return { ...first?.files, 'test/sum.test.js': sumTest.replace('sum(2, 3), 5', 'typeof sum(2, 3), "number"') };
}
