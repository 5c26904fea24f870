// The invariants gate with the real engine in its child process.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { invariantsGate } from '../../src/gates/invariants.ts';
import {
  type BaselineEntry,
  entryKey,
  formatBaseline,
  identify,
  parseBaseline,
  shrink,
} from '../../src/invariants/baseline.ts';
import { findCycles } from '../../src/invariants/cycles.ts';
import type { Violation } from '../../src/invariants/messages.ts';
import { newEngine, withChange } from '../helpers/gates.ts';

const engine = newEngine();
afterAll(async () => await engine.dispose());

const layers = `version: 1
rules:
  - id: layers/ui
    kind: imports
    message: Go through the api.
    rationale: The ui must not know the database.
    from: ['src/ui/**']
    allow: ['src/ui/**', 'src/api/**', 'npm:lit', 'node:*']
    allowTypes: ['src/db/**']
  - id: layers/no-cycles
    kind: imports
    message: Cut the circle.
    rationale: Circles cannot be understood in parts.
    from: ['src/**']
    cycles: true
  - id: style/no-console
    kind: pattern
    language: ts
    message: Use the log.
    rationale: Output belongs in the log.
    files: ['src/**/*.ts']
    pattern: console.log($$$ARGS)
`;
const base = {
  '.ratchet/invariants/layers.yml': layers,
  'src/ui/view.ts': "import { load } from '../api/load.ts';\nexport const view = load;\n",
  'src/api/load.ts': "import { db } from '../db/db.ts';\nexport const load = db;\n",
  'src/db/db.ts': 'export const db = 1;\nexport type Row = number;\n',
};

const anyViolation: Violation = {
  rule: 'r',
  path: 'p',
  range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
  message: '',
  text: '',
  symbol: '-',
};

const judge = async (change: Record<string, string | null>, from: Record<string, string> = base) =>
  await withChange(from, change, (context) => invariantsGate.judge(context), engine);

describe('imports rules', () => {
  it('pass on what holds', async () => {
    expect(await judge({})).toMatchObject({ status: 'passed', findings: [] });
    const fine =
      "import type { Row } from '../db/db.ts';\nimport { join } from 'node:path';\nimport 'lit';\nexport type X = Row | typeof join;\n";
    expect(await judge({ 'src/ui/types.ts': fine })).toMatchObject({ status: 'passed' });
  });

  const forms: Record<string, string> = {
    'a static import': "import { db } from '../db/db.ts';\nexport const x = db;",
    're-export': "export { db } from '../db/db.ts';",
    'export all': "export * from '../db/db.ts';",
    'dynamic import': "export const x = await import('../db/db.ts');",
    require: "export const x = require('../db/db.ts');",
    'a package': "import pg from 'pg';\nexport const x = pg;",
    'a side effect': "import '../db/db.ts';",
  };
  for (const [name, text] of Object.entries(forms))
    it(`see ${name}`, async () => {
      const judged = await judge({ 'src/ui/bad.ts': text });
      expect(judged.status).toBe('failed');
      expect(judged.findings).toEqual([
        expect.objectContaining({ rule: 'layers/ui', path: 'src/ui/bad.ts', severity: 'error' }),
      ]);
    });

  it('see a circle, and name it', async () => {
    const judged = await judge({
      'src/db/db.ts':
        "import { load } from '../api/load.ts';\nexport const db = () => load;\nexport type Row = number;\n",
    });
    expect(judged.findings.map(({ message }) => message).join()).toContain(
      'src/api/load.ts -> src/db/db.ts -> src/api/load.ts',
    );
  });

  it('are unproven, not green, where an import or a file cannot be read', async () => {
    expect(await judge({ 'src/ui/lost.ts': "import { x } from './nowhere.ts';\nexport const y = x;\n" })).toMatchObject(
      { status: 'unproven' },
    );
    expect(await judge({ 'src/ui/broken.ts': 'export const = 1;' })).toMatchObject({ status: 'unproven' });
    const elsewhere = layers.replaceAll("'src/ui/**'", "'nowhere/**'");
    const judged = await judge({}, { ...base, '.ratchet/invariants/layers.yml': elsewhere });
    expect(judged).toMatchObject({
      status: 'unproven',
      findings: [expect.objectContaining({ message: expect.stringContaining('matches no file') })],
    });
  });
});

describe('pattern rules', () => {
  it('name the enclosing symbol and the place', async () => {
    const judged = await judge({ 'src/db/log.ts': 'export class Log {\n  write() {\n    console.log(1);\n  }\n}\n' });
    expect(judged.findings).toEqual([
      expect.objectContaining({
        rule: 'style/no-console',
        path: 'src/db/log.ts',
        range: expect.objectContaining({ startLine: 3, startColumn: 5 }),
      }),
    ]);
  });
});

describe('rule files', () => {
  it('with a mistake are errored, with the place', async () => {
    const broken = layers.replace('kind: pattern', 'kind: patern');
    const judged = await judge({}, { ...base, '.ratchet/invariants/layers.yml': broken });
    expect(judged).toMatchObject({
      status: 'errored',
      findings: [expect.objectContaining({ path: '.ratchet/invariants/layers.yml' })],
    });
    const notYaml = await judge({}, { ...base, '.ratchet/invariants/layers.yml': 'rules: [\n  - {' });
    expect(notYaml.status).toBe('errored');
  });

  it('cannot be loosened by the change that they judge', async () => {
    const change = {
      '.ratchet/invariants/layers.yml': layers.replace("'src/api/**'", "'src/**'"),
      'src/ui/bad.ts': "import '../db/db.ts';",
    };
    expect(await judge(change)).toMatchObject({ status: 'failed' });
  });
});

describe('the baseline', () => {
  const violating = { ...base, 'src/db/log.ts': 'export function a() {\n  console.log(1);\n}\n' };
  const entry: BaselineEntry = {
    rule: 'style/no-console',
    path: 'src/db/log.ts',
    symbol: 'a',
    textDigest: '',
    ordinal: 1,
    context: '-',
    reason: '',
  };
  const baselined = async () => {
    const judged = await judge({}, violating);
    const [found] = judged.findings;
    const [{ entry: identity } = { entry }] = identify([
      {
        rule: 'style/no-console',
        path: 'src/db/log.ts',
        symbol: 'a',
        text: found?.evidence ?? '',
        message: '',
        range: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 9 },
      },
    ]);
    return { ...violating, '.ratchet/baseline.tsv': formatBaseline([identity]) };
  };

  it('tolerates what it lists, after lines have moved', async () => {
    const from = await baselined();
    expect(await judge({}, from)).toMatchObject({ status: 'passed', summary: expect.stringContaining('1 tolerated') });
    const moved = { 'src/db/log.ts': `// a comment\n\n${violating['src/db/log.ts']}` };
    expect(await judge(moved, from)).toMatchObject({ status: 'passed' });
  });

  it('does not let one mended violation pay for another', async () => {
    const swapped = { 'src/db/log.ts': 'export function b() {\n  console.log(1);\n}\n' };
    const judged = await judge(swapped, await baselined());
    expect(judged.status).toBe('failed');
    expect(judged.findings.map(({ rule }) => rule).sort()).toEqual(['invariants/baseline-shrinks', 'style/no-console']);
  });

  it('may not grow', async () => {
    const from = await baselined();
    const grown = `${from['.ratchet/baseline.tsv']}style/no-console\tsrc/x.ts\t-\tabc\t1\n`;
    const judged = await judge({ '.ratchet/baseline.tsv': grown }, from);
    expect(judged.findings.map(({ rule }) => rule)).toContain('invariants/baseline-grew');
  });

  it('survives writing and reading, and only ever shrinks', () => {
    const word = fc.stringMatching(/^[a-z/.]{1,8}$/);
    const entries = fc.array(
      fc.record({
        rule: word,
        path: word,
        symbol: word,
        textDigest: word,
        ordinal: fc.integer({ min: 1, max: 3 }),
        context: fc.constant('-'),
        reason: fc.constant(''),
      }),
    );
    fc.assert(
      fc.property(entries, entries, (baseline, present) => {
        const read = parseBaseline(formatBaseline(baseline));
        expect(read.problems).toEqual([]);
        expect(new Set(read.entries.map(entryKey))).toEqual(new Set(baseline.map(entryKey)));
        const now = present.map((one) => ({ entry: one, own: one, violation: anyViolation }));
        const smaller = shrink(baseline, now).map(entryKey);
        expect(
          smaller.every((key) => baseline.map(entryKey).includes(key) && present.map(entryKey).includes(key)),
        ).toBe(true);
      }),
    );
  });

  it('gives the same identities when code moves, and different ones to different places', () => {
    const violation = fc.record({
      rule: fc.constantFrom('r1', 'r2'),
      path: fc.constantFrom('a', 'b'),
      symbol: fc.constantFrom('-', 'f'),
      text: fc.constantFrom('x()', 'y( )'),
      message: fc.constant(''),
      range: fc
        .integer({ min: 1, max: 50 })
        .map((line) => ({ startLine: line, startColumn: 1, endLine: line, endColumn: 2 })),
    });
    fc.assert(
      fc.property(fc.array(violation), fc.nat({ max: 9 }), (violations: Violation[], shift) => {
        const keys = (list: Violation[]) =>
          identify(list)
            .map(({ entry: found }) => entryKey(found))
            .sort();
        const moved = violations.map((one) => ({
          ...one,
          range: { ...one.range, startLine: one.range.startLine + shift },
        }));
        expect(keys(moved)).toEqual(keys(violations));
        expect(new Set(keys(violations)).size).toBe(violations.length);
      }),
    );
  });
});

describe('the engine', () => {
  it('that is killed gives errored, and starts again', async () => {
    const own = newEngine();
    const killed = await withChange(
      base,
      {},
      async (context) => {
        await own.readTests([{ path: 'a.ts', text: '' }]);
        const judging = invariantsGate.judge(context);
        const timer = setInterval(() => own.pid !== undefined && process.kill(own.pid, 'SIGKILL'), 1);
        const result = await judging;
        clearInterval(timer);
        return [result, await invariantsGate.judge(context)];
      },
      own,
    );
    expect(killed[0]).toMatchObject({ status: 'errored', summary: expect.stringContaining('ended unexpectedly') });
    expect(killed[1]).toMatchObject({ status: 'passed' });
    await own.dispose();
  });

  it('that takes too long gives errored', async () => {
    const slow = newEngine(1);
    expect(await withChange(base, {}, (context) => invariantsGate.judge(context), slow)).toMatchObject({
      status: 'errored',
      summary: expect.stringContaining('longer than'),
    });
    await slow.dispose();
  });
});

describe('findCycles', () => {
  it('finds a circle exactly when there is one', () => {
    const graph = fc.array(fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 })), { maxLength: 14 });
    fc.assert(
      fc.property(graph, (edges) => {
        const nodes = new Map<string, string[]>(Array.from({ length: 7 }, (_, node) => [String(node), []]));
        for (const [from, to] of edges) nodes.get(String(from))?.push(String(to));
        const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
          (nodes.get(from) ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
        const isCyclic = [...nodes.keys()].some((node) => reaches(node, node));
        const cycles = findCycles(nodes);
        expect(cycles.length > 0).toBe(isCyclic);
        for (const cycle of cycles)
          for (const [index, node] of cycle.entries())
            expect(nodes.get(node)).toContain(cycle[(index + 1) % cycle.length]);
      }),
    );
  });
});
