// `ratchet investigate --slower-than` with real processes: a function becomes many times slower, which no noise of a machine
// looks like; the commit and the function are named by CPU time and profiles. What cannot be timed is said.
import { afterEach, describe, expect, it } from 'vitest';
import { investigationDocumentSchema, replayDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { leftovers, ratchet } from '../helpers/cli.ts';
import { makeHistory, type PlannedCommit } from '../helpers/history.ts';
import { fingerprint, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository & { readonly ids: string[] };
afterEach(() => {
  expect(leftovers(repo.root)).toEqual([]);
  repo.remove();
});

const spin = (times: string) => `  let sum = 0;
  for (let i = 0; i < ${times}; i += 1) sum = (sum * 31 + i) % 1000003;
`;
const work = (more: string): string => `export function count(words) {
${spin('4e5')}  return words + sum;
}

export function price(words) {
${more}  return words * 2;
}
`;
const begin: PlannedCommit = {
  subject: 'Begin',
  files: {
    'package.json': '{"type":"module","scripts":{"test":"node --test \\"test/*.test.js\\""}}',
    'src/work.js': work(''),
    'bench/all.bench.js':
      "import { count, price } from '../src/work.js';\nfor (let i = 0; i < 8; i += 1) if (price(count(i)) < 0) process.exit(1);\n",
  },
};
const other = (index: number): PlannedCommit => ({
  subject: `Change ${index}`,
  files: { 'src/other.js': `export const other = ${index};\n` },
});
const slower: PlannedCommit = {
  subject: 'Price with care',
  files: { 'src/work.js': work(spin('6e6')).replace('words * 2', 'words * 2 + 0 * sum') },
};

describe('ratchet investigate --slower-than', { timeout: 600_000 }, () => {
  it('finds the commit that made a command slower, and the function that grew; it replays', async () => {
    repo = makeHistory([begin, other(1), slower, other(2)]);
    const before = fingerprint(repo.root);
    const ran = await ratchet(repo.root, [
      ...['investigate', 'src/work.js', '--slower-than', repo.ids[0] ?? ''],
      ...['--command', 'node bench/all.bench.js', '--json'],
    ]);
    expect(ran.stdout, ran.stderr).not.toBe('');
    const { outcome, report, runId } = investigationDocumentSchema.parse(JSON.parse(ran.stdout));
    expect(outcome, report ?? '').toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[2] }] });
    expect(ran.code).toBe(0);
    const [ends, ...others] = outcome?.timings ?? [];
    expect(ends).toMatchObject({ kind: 'ends', verdict: 'slower', before: { commit: repo.ids[0] } });
    expect(ends?.low).toBeGreaterThan(2);
    expect(ends?.after.samples.length).toBe(ends?.before.samples.length);
    expect(others.at(-1)).toMatchObject({ kind: 'culprit', verdict: 'slower', after: { commit: repo.ids[2] } });
    expect(outcome?.grown[0]).toMatchObject({ path: 'src/work.js', name: 'price', line: 7 });
    expect(outcome?.hunks.map(({ path }) => path)).toContain('src/work.js');
    expect(report).toContain('## Functions that take longer');
    expect(report).toContain('Price with care');
    expect(fingerprint(repo.root)).toEqual(before);
    const replayed = await ratchet(repo.root, ['replay', runId, '--json']);
    expect(replayDocumentSchema.parse(JSON.parse(replayed.stdout))).toMatchObject({ identical: true });
  });

  it("finds it by a test's own time too", async () => {
    const timed = `import { test } from 'node:test';
import { count, price } from '../src/work.js';
test('prices', () => {
  for (let i = 0; i < 12; i += 1) if (price(count(i)) < 0) throw new Error('less than nothing');
});
`;
    repo = makeHistory([{ ...begin, files: { ...begin.files, 'test/work.test.js': timed } }, slower]);
    const asked = ['investigate', 'src/work.js', '--slower-than', repo.ids[0] ?? '', '--test', 'prices', '--json'];
    const ran = await ratchet(repo.root, asked);
    const { outcome, report } = investigationDocumentSchema.parse(JSON.parse(ran.stdout));
    expect(outcome, report ?? '').toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[1] }] });
    expect(outcome?.timings.map(({ measure }) => measure)).toEqual(['test']);
    expect(outcome?.grown[0]).toMatchObject({ path: 'src/work.js', name: 'price' });
  });

  it('finds it by the spans that a command exports, where the rest of it takes as long as before', async () => {
    const exporting = `import { count, price } from '../src/work.js';
const spans = [];
for (const [name, work] of [['count', count], ['price', price]]) {
  const started = process.hrtime.bigint();
  for (let i = 0; i < 4; i += 1) work(i);
  const took = process.hrtime.bigint() - started;
  spans.push({ name, startTimeUnixNano: '1700000000000000000', endTimeUnixNano: String(1700000000000000000n + took) });
}
const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const url = process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
if (url) await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
`;
    repo = makeHistory([{ ...begin, files: { ...begin.files, 'bench/all.bench.js': exporting } }, other(1), slower]);
    const asked = ['investigate', 'src/work.js', '--slower-than', repo.ids[0] ?? '', '--json'];
    const command = ['--command', 'node bench/all.bench.js'];
    const ran = await ratchet(repo.root, [...asked, ...command, '--span', 'price']);
    const { outcome, report, runId } = investigationDocumentSchema.parse(JSON.parse(ran.stdout));
    expect(outcome, report ?? '').toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[2] }] });
    expect(new Set(outcome?.timings.map(({ measure }) => measure))).toEqual(new Set(['span']));
    expect(outcome?.summary).toContain('time in the spans');
    const replayed = await ratchet(repo.root, ['replay', runId, '--json']);
    expect(replayDocumentSchema.parse(JSON.parse(replayed.stdout))).toMatchObject({ identical: true });
    const missing = await ratchet(repo.root, [...asked, ...command, '--span', 'prices']);
    expect(missing.stdout).toContain('No span is named \\"prices\\"; there are \\"count\\", \\"price\\".');
    expect((await ratchet(repo.root, ['investigate', 'src/work.js', '--span', 'price'])).code).toBe(2);
  });

  it('says what cannot be timed, and which options do not go together', async () => {
    repo = makeHistory([begin, other(1)]);
    const ask = async (...more: string[]) =>
      await ratchet(repo.root, ['investigate', 'src/work.js', '--slower-than', repo.ids[0] ?? '', ...more]);
    const failing = await ask('--command', 'node -e "process.exit(4)"', '--json');
    const { outcome } = investigationDocumentSchema.parse(JSON.parse(failing.stdout));
    expect([failing.code, outcome?.outcome]).toEqual([1, 'unproven']);
    expect(outcome?.summary).toContain('cannot be timed');
    const nothing = await ask('--json');
    expect(nothing.stdout).toContain('there is nothing to time');
    expect((await ask('--words', 'slow')).code).toBe(2);
    expect((await ask('--good', 'HEAD')).code).toBe(2);
  });
});
