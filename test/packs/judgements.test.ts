// What people judged of the packs' findings in public repositories: every line names a rule that is there, and of the findings
// that were read at least nine in ten are true.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPacks } from '../helpers/packs.ts';

const folder = resolve(import.meta.dirname, '../../docs/packs/judgements');

describe.each([...readPacks()])('the judgements of %s', (name, { rules }) => {
  const [head, ...lines] = readFileSync(join(folder, `${name}.tsv`), 'utf8')
    .trim()
    .split('\n');
  const judged = lines.map((line) => {
    const [repository = '', commit = '', rule = '', place = '', verdict = '', why = ''] = line.split('\t');
    return { repository, commit, rule, place, verdict, why };
  });

  it('name rules, places and reasons', () => {
    expect(head).toBe('repository\tcommit\trule\tplace\tverdict\twhy');
    const known = new Set(rules.map(({ id }) => id));
    for (const { repository, commit, rule, place, verdict, why } of judged) {
      expect(known).toContain(rule);
      expect(repository).toMatch(/^[\w.-]+\/[\w.-]+$/);
      expect(commit).toMatch(/^[0-9a-f]{12}$/);
      expect(place).toMatch(/:\d+$/);
      expect(['true', 'false']).toContain(verdict);
      expect(why).not.toBe('');
    }
  });

  it('are true in nine of ten', () => {
    const good = judged.filter(({ verdict }) => verdict === 'true').length;
    expect(judged.length).toBeGreaterThan(0);
    expect(good / judged.length).toBeGreaterThanOrEqual(0.9);
  });
});
