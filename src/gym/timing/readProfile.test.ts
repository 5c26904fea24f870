// From a CPU profile to functions of the project: what the runtime does counts for who called it, and nothing counts twice.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { profileScript } from './profileScript.ts';
import { functionTimes } from './readProfile.ts';

const frame = (functionName: string, url: string, lineNumber: number) => ({ functionName, url, lineNumber });
const file = 'file:///srv/tree/src/a%20b.js';

const profile = JSON.stringify({
  nodes: [
    { id: 1, callFrame: frame('(root)', '', -1), children: [2, 8] },
    { id: 2, callFrame: frame('', file, 0), children: [3] },
    { id: 3, callFrame: frame('again', file, 9), children: [4, 5] },
    { id: 4, callFrame: frame('again', file, 9), children: [6] },
    { id: 5, callFrame: frame('helper', 'file:///srv/node_modules/x/y.js', 4) },
    { id: 6, callFrame: frame('sort', '', -1), children: [7] },
    { id: 7, callFrame: frame('emit', 'node:events', 100) },
    { id: 8, callFrame: frame('(garbage collector)', '', -1) },
  ],
  samples: [2, 3, 4, 5, 6, 7, 8],
  timeDeltas: [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 50_000],
});

describe('functions of a profile', () => {
  it('have their own time with what the runtime did for them, and the time of all they call once', () => {
    const times = functionTimes([profile], ['/srv/tree', '/srv']);
    expect(times).toEqual([
      { path: 'src/a b.js', name: '(module)', line: 1, selfMs: 1, totalMs: 21 },
      { path: 'src/a b.js', name: 'again', line: 10, selfMs: 16, totalMs: 20 },
      { path: 'node_modules/x/y.js', name: 'helper', line: 5, selfMs: 4, totalMs: 4 },
    ]);
    const [first] = functionTimes([profile, profile], ['/srv/tree', '/srv']);
    expect(first?.totalMs).toBe(42);
  });

  it('take text that is no profile for none, and survive a profile whose nodes go round in a circle', () => {
    expect(functionTimes(['', '{"nodes":[]}', 'null'], ['/srv'])).toEqual([]);
    const nodes = [
      { id: 1, callFrame: frame('a', file, 3), children: [2] },
      { id: 2, callFrame: frame('b', file, 5), children: [1] },
    ];
    const circle = JSON.stringify({ nodes, samples: [2], timeDeltas: [1_000] });
    expect(functionTimes([circle], ['/srv/tree']).map(({ totalMs }) => totalMs)).toEqual([1, 1]);
  });

  it('are written by a process of Node that loads the script, also when it exits by itself', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet profile-')));
    try {
      writeFileSync(join(folder, 'profile.cjs'), profileScript(folder));
      const busy = 'function busy() { const end = Date.now() + 300; while (Date.now() < end); }\n';
      writeFileSync(join(folder, 'main.mjs'), `${busy}busy();\nprocess.exit(0);\n`);
      const env = { ...process.env, NODE_OPTIONS: `--require=${JSON.stringify(join(folder, 'profile.cjs'))}` };
      execFileSync(process.execPath, ['main.mjs'], { cwd: folder, env });
      const names = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
      expect(names).toHaveLength(1);
      const times = functionTimes(
        names.map((name) => readFileSync(join(folder, name), 'utf8')),
        [folder],
      );
      const found = times.find(({ name }) => name === 'busy');
      expect(found).toMatchObject({ path: 'main.mjs', line: 1 });
      expect(found?.selfMs).toBeGreaterThan(50);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
