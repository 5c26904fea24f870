import { describe, expect, it } from 'vitest';
import { gatherContext } from './context.ts';

const secret = `sk-ant-api03-${'aB3'.repeat(10)}`;
const repository: Record<string, string> = {
  'README.md': '# Parcels',
  'src/discount.ts': 'export const discount = (price: number) => price * 0.9; // a discount',
  'src/server.ts': 'export const serve = () => 1;',
  'src/settings.ts': `export const key = '${secret}';`,
  'package-lock.json': 'discount '.repeat(500),
  '.env': `KEY=${secret}`,
};
const ask = async (feature: string, files = repository) =>
  await gatherContext({
    tree: 't',
    feature,
    files: Object.keys(files).map((path) => ({ path, mode: '100644' })),
    read: async (path) => new TextEncoder().encode(files[path] ?? ''),
    testCommand: null,
  });

describe('gatherContext', () => {
  it('shows what the feature speaks of first, after the files that explain the project', async () => {
    const { excerpts } = await ask('Give a discount to friends');
    expect(excerpts.slice(0, 2).map(({ path }) => path)).toEqual(['README.md', 'src/discount.ts']);
  });

  it('is the same for the same question', async () => {
    expect(await ask('discount')).toEqual(await ask('discount'));
  });

  it('never shows a secret, nor a file that holds them', async () => {
    const context = await ask('settings key env');
    expect(JSON.stringify(context)).not.toContain(secret);
    expect(context.files).not.toContain('.env');
    expect(context.excerpts.map(({ path }) => path)).toContain('src/settings.ts');
  });

  it('stays within its bounds, and says what it left out', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 600 }, (_, index) => [`src/f${index}.ts`, 'discount '.repeat(10_000)]),
    );
    const { excerpts, files: listed, totalFiles } = await ask('discount', files);
    expect(excerpts.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(80_000);
    expect(excerpts.every(({ truncated }) => truncated)).toBe(true);
    expect([listed.length, totalFiles]).toEqual([400, 600]);
  });

  it('survives bytes that are no text', async () => {
    const context = await gatherContext({
      tree: 't',
      feature: 'x',
      files: [{ path: 'a.bin', mode: '100644' }],
      read: async () => new Uint8Array([0, 255, 0, 254]),
      testCommand: null,
    });
    expect(context.excerpts).toEqual([]);
  });
});
