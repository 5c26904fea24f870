// What oracles said is kept by what it depends on; damage is a miss.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../protocol/investigation.ts';
import { OracleCache } from './oracleCache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-oracle-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const failed: ProbeResult = {
  outcome: 'failed',
  message: 'AssertionError: no',
  signature: 'AssertionError: no',
  command: 'node --test',
  durationMs: 12,
  cached: false,
  stack: [{ path: 'src/a.js', line: 3 }],
};

describe('the cache of oracles', () => {
  it('gives back what was put, marked as known, to whoever opens it later', async () => {
    const cache = new OracleCache(folder);
    const key = cache.keyOf({ files: 'abc', attempt: 0 });
    expect(await cache.get(key)).toBeUndefined();
    await cache.put(key, failed);
    expect(await new OracleCache(folder).get(key)).toEqual({ ...failed, cached: true });
  });

  it('keeps apart what depends on something else, and takes the order of fields for nothing', () => {
    const cache = new OracleCache(folder);
    expect(cache.keyOf({ files: 'abc', attempt: 0 })).not.toBe(cache.keyOf({ files: 'abc', attempt: 1 }));
    expect(cache.keyOf({ files: 'abc', attempt: 0 })).toBe(cache.keyOf({ attempt: 0, files: 'abc' }));
  });

  it('takes a damaged entry for none', async () => {
    const cache = new OracleCache(folder);
    const key = cache.keyOf('x');
    await cache.put(key, failed);
    const directory = join(folder, 'ratchet', 'cache', 'oracle');
    const [name = ''] = readdirSync(directory);
    for (const text of ['{"outcome":"failed"', '{"outcome":"maybe"}', '']) {
      writeFileSync(join(directory, name), text);
      expect(await cache.get(key)).toBeUndefined();
    }
  });
});
