// `ratchet investigate` names the functions that a failing test points at, also where no commit can be blamed.
import { afterEach, describe, expect, it } from 'vitest';
import { investigationDocumentSchema, replayDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { leftovers, ratchet } from '../helpers/cli.ts';
import { makeHistory, type PlannedCommit, plainHistory } from '../helpers/history.ts';
import { fingerprint, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository & { readonly ids: string[] };
afterEach(() => {
  expect(leftovers(repo.root)).toEqual([]);
  repo.remove();
});

/** A price without the discount that its own branch has to take off. */
const price = (discounted: string) => `export function total(items) {
  return items.reduce((sum, item) => sum + priceOf(item), 0);
}

function priceOf(item) {
  if (item.discount > 0) {
    return ${discounted};
  }
  return round(item.price);
}

function round(amount) {
  return Math.round(amount * 100) / 100;
}
`;
const broken = price('round(item.price + item.discount)');
const mended = price('round(item.price - item.discount)');
const priceTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { total } from '../src/price.js';

test('adds prices', () => assert.equal(total([{ price: 1 }, { price: 2 }]), 3));
test('rounds', () => assert.equal(total([{ price: 1.001 }]), 1));
test('takes the discount off', () => assert.equal(total([{ price: 3, discount: 1 }]), 2));
`;
const question = ['investigate', 'src/price.js', '--test', 'takes the discount off'];

async function investigate() {
  const ran = await ratchet(repo.root, [...question, '--json']);
  expect(ran.stdout, ran.stderr).not.toBe('');
  return investigationDocumentSchema.parse(JSON.parse(ran.stdout));
}

describe('suspects', { timeout: 180_000 }, () => {
  it('are named, with the line, where the fault was born with its feature; and the run replays', async () => {
    const bare = { 'package.json': '{"type":"module","scripts":{"test":"node --test \\"test/*.test.js\\""}}' };
    const begin: PlannedCommit = { subject: 'Begin', files: { ...bare, 'src/other.js': 'export {};\n' } };
    const feature: PlannedCommit = {
      subject: 'Add prices',
      files: { 'src/price.js': broken, 'test/price.test.js': priceTest },
    };
    repo = makeHistory(plainHistory(9, { 0: begin, 4: feature }));
    const before = fingerprint(repo.root);
    const { outcome, report, runId } = await investigate();
    expect(outcome?.outcome).toBe('born');
    const [first] = outcome?.ranking.suspects ?? [];
    expect(first).toMatchObject({ path: 'src/price.js', function: 'priceOf', startLine: 5, failed: 1, passed: 2 });
    // The branch that no passing test runs through is the hottest.
    expect(first?.lines.find(({ heat }) => heat === 1)).toEqual({ startLine: 7, endLine: 7, heat: 1 });
    expect(outcome?.ranking.note).toContain('compared with 2 passing tests');
    expect(report).toContain('1. `priceOf` at [src/price.js:5-10](/src/price.js#L5)');
    expect(fingerprint(repo.root)).toEqual(before);
    const replayed = await ratchet(repo.root, ['replay', runId, '--json']);
    expect(replayDocumentSchema.parse(JSON.parse(replayed.stdout))).toMatchObject({ identical: true });
  });

  it('are named in text where nothing was committed yet, and what the culprit changed comes first', async () => {
    const begin: PlannedCommit = {
      subject: 'Begin',
      files: {
        'package.json': '{"type":"module","scripts":{"test":"node --test \\"test/*.test.js\\""}}',
        'src/price.js': mended,
        'test/price.test.js': priceTest,
      },
    };
    repo = makeHistory([begin, { subject: 'Other', files: { 'src/other.js': 'export {};\n' } }]);
    repo.write({ 'src/price.js': broken });
    const { outcome } = await investigate();
    expect(outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: null }] });
    expect(outcome?.ranking.suspects[0]?.function).toBe('priceOf');
    expect(outcome?.ranking.suspects[0]?.why).toContain('the culprit changed it');
    const told = await ratchet(repo.root, question);
    expect(told.stdout).toContain('## Suspects');
  });

  it('are none where the test passes', async () => {
    repo = makeHistory([
      {
        subject: 'Begin',
        files: {
          'package.json': '{"type":"module","scripts":{"test":"node --test \\"test/*.test.js\\""}}',
          'src/price.js': mended,
          'test/price.test.js': priceTest,
        },
      },
    ]);
    const { outcome } = await investigate();
    expect(outcome).toMatchObject({ outcome: 'unproven', ranking: { suspects: [] } });
  });
});
