import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../protocol/plan.ts';
import { type Evidence, problemOf } from './verifyClaims.ts';

const files: Record<string, string> = {
  'src/a.ts': 'one\ntwo\nexport const three = 3;\nfour\nfive\nsix\nseven\neight\nnine\n',
  'test/a.test.ts': "it('adds two numbers', () => {});\n",
};
const evidence: Evidence = {
  text: async (path) => files[path],
  contains: async (text) => Object.values(files).some((content) => content.includes(text)),
  hasRule: async (id) => id === 'layers/domain',
};
const claim = (given: Partial<Claim>): Claim => ({ statement: 's', path: null, line: null, ...given });
const check = async (given: Partial<Claim>) => await problemOf(claim(given), evidence);

describe('the evidence of a claim', () => {
  it('is a file, a line of it, and words at that line', async () => {
    expect(await check({ path: 'src/a.ts' })).toBeNull();
    expect(await check({ path: 'src/a.ts', line: 9 })).toBeNull();
    expect(await check({ path: 'src/a.ts', line: 3, quote: 'export const three' })).toBeNull();
  });

  it('allows for a line that is counted badly, and for wrapped words', async () => {
    expect(await check({ path: 'src/a.ts', line: 5, quote: 'export const three' })).toBeNull();
    expect(await check({ path: 'src/a.ts', line: 2, quote: ' two  export\nconst' })).toBeNull();
    expect(await check({ path: 'src/a.ts', line: 9, quote: 'export const three' })).toContain('does not say');
  });

  it('is a test by its name, alone or in its suite, or a rule by its id', async () => {
    expect(await check({ test: 'adds two numbers' })).toBeNull();
    expect(await check({ test: 'sums > adds two numbers' })).toBeNull();
    expect(await check({ rule: 'layers/domain' })).toBeNull();
  });

  it('does not hold when what is named is not there', async () => {
    expect(await check({})).toContain('names no file');
    expect(await check({ path: 'src/b.ts' })).toBe('there is no file src/b.ts');
    expect(await check({ path: 'src/a.ts', line: 10 })).toBe('src/a.ts has 9 lines, and no line 10');
    expect(await check({ path: 'src/a.ts', quote: 'export const four' })).toContain('does not say');
    expect(await check({ test: 'subtracts' })).toBe('there is no test named "subtracts"');
    expect(await check({ test: ' > ' })).toContain('no test');
    expect(await check({ path: 'src/a.ts', rule: 'layers/none' })).toBe('there is no rule layers/none');
  });

  it('is never looked for outside of the repository', async () => {
    for (const path of ['/etc/passwd', '../x', 'src/../../x', 'src\\..\\x'])
      expect(await check({ path })).toContain('outside of the repository');
  });

  it('holds for every line and its own words', async () => {
    const lines = (files['src/a.ts'] ?? '').trimEnd().split('\n');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: lines.length }),
        fc.integer({ min: -3, max: 3 }),
        async (line, off) => {
          const said = Math.min(lines.length, Math.max(1, line + off));
          expect(await check({ path: 'src/a.ts', line: said, quote: lines[line - 1] ?? '' })).toBeNull();
        },
      ),
    );
  });
});
