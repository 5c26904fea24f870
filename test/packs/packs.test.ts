// Every rule of every pack against its own examples, and every clause against the rules it names.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InvariantEngine } from '../../src/invariants/engine.ts';
import { loadRules } from '../../src/invariants/loadRules.ts';
import { testRules } from '../../src/invariants/testRules.ts';
import { engineEntry } from '../helpers/gates.ts';
import { packFolder, readPacks } from '../helpers/packs.ts';

const engine = new InvariantEngine({ entry: engineEntry });
afterAll(async () => await engine.dispose());

describe.each([...readPacks()])('the pack %s', (name, pack) => {
  it('is read without a problem where a repository has taken it', async () => {
    const path = `.ratchet/invariants/${name}.yml`;
    const loaded = await loadRules({
      paths: [path],
      read: async () => readFileSync(join(packFolder, `${name}.yml`), 'utf8'),
    });
    expect(loaded.problems).toEqual([]);
    expect(loaded.rules.map(({ id }) => id)).toEqual(pack.rules.map(({ id }) => id));
  });

  it('has clauses whose rules are there, and no rule without a clause', () => {
    const named = pack.clauses.flatMap(({ rules }) => rules);
    expect([...new Set(named)].sort()).toEqual(pack.rules.map(({ id }) => id).sort());
    for (const { id } of [...pack.clauses, ...pack.rules]) expect(id.startsWith(`${name}/`)).toBe(true);
  });

  it.each(pack.rules.map((rule) => [rule.id, rule] as const))('%s holds to its examples', async (_, rule) => {
    expect(rule.valid.length).toBeGreaterThan(0);
    expect(rule.invalid.length).toBeGreaterThan(0);
    const tests = await testRules([rule], engine, new AbortController().signal);
    if (!tests.ok) throw new Error(tests.failure.message);
    expect(tests.value.flatMap(({ failures }) => failures)).toEqual([]);
  });
});

describe('a pack that is named', () => {
  const load = async (text: string) =>
    await loadRules({ paths: ['.ratchet/invariants/own.yml'], read: async () => text });

  it('brings its rules, but for those that are left out', async () => {
    const all = await load("version: 1\ninclude: ['pack:temporal']\n");
    expect(all.problems).toEqual([]);
    expect(all.rules.length).toBeGreaterThan(3);
    const [left] = all.rules;
    const most = await load(`version: 1\ninclude: ['pack:temporal']\nwithout: [${left?.id}]\n`);
    expect(most.problems).toEqual([]);
    expect(most.rules.map(({ id }) => id)).toEqual(all.rules.slice(1).map(({ id }) => id));
  });

  it('or that is not there, is a problem that says which there are', async () => {
    const unknown = await load("version: 1\ninclude: ['pack:nothing', 'pack:../self/layers']\n");
    expect(unknown.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('There is no pack:nothing. The packs are domain-gate, feature-contract'),
      expect.stringContaining('There is no pack:../self/layers.'),
    ]);
    const without = await load("version: 1\ninclude: ['pack:temporal']\nwithout: [no/such-rule]\n");
    expect(without.problems).toMatchObject([{ message: expect.stringContaining('no/such-rule') }]);
  });
});
