// Our own layers: they hold today, and every one of them fails when a file breaks it.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GateResult } from '../../src/gates/gate.ts';
import { invariantsGate } from '../../src/gates/invariants.ts';
import { treeReader } from '../../src/gates/treeReader.ts';
import { gateContext, newEngine, openTestRepository, snapshotOf } from '../helpers/gates.ts';

const root = resolve(import.meta.dirname, '../..');
const engine = newEngine();
let copy: string;
let base: string;

beforeAll(async () => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-self-')));
  for (const name of ['src', 'webview-ui', 'invariants', '.ratchet', 'package.json', 'tsconfig.json', '.gitignore'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  execFileSync('git', ['init', '-q'], { cwd: copy });
  base = await snapshotOf(await openTestRepository(copy));
}, 60_000);
afterAll(async () => {
  await engine.dispose();
  rmSync(copy, { recursive: true, force: true });
});

async function judge(): Promise<GateResult> {
  const repository = await openTestRepository(copy);
  const context = gateContext({
    baseTree: base,
    candidateTree: await snapshotOf(repository),
    files: treeReader(repository),
    engine,
    checkout: async (_tree, use) => await use(copy),
  });
  return await invariantsGate.judge(context);
}

/** For every rule a file that breaks it, and nothing else of the rules it names. */
const breaks: Record<string, [path: string, text: string]> = {
  'self/protocol': [
    'src/protocol/bad.ts',
    "import { readFile } from 'node:fs/promises';\nexport const bad = readFile;\n",
  ],
  'self/controller': [
    'src/controller/bad.ts',
    "import { createHash } from 'node:crypto';\nexport const bad = createHash;\n",
  ],
  'self/workflows': ['src/workflows/bad.ts', "import type { Host } from '../host/api.ts';\nexport type Bad = Host;\n"],
  'self/gym': ['src/gym/bad.ts', "export { createHost } from '../host/createHost.ts';\n"],
  'self/gates': ['src/gates/bad.ts', "export const bad = await import('../policies/redact.ts');\n"],
  'self/invariants': [
    'src/invariants/bad.ts',
    "import { judge } from '../gates/judge.ts';\nexport const bad = judge;\n",
  ],
  'self/patterns': ['src/patterns/bad.ts', "export { redactSecrets } from '../policies/redact.ts';\n"],
  'self/policies': [
    'src/policies/bad.ts',
    "import { runTests } from '../gym/testRunner/runTests.ts';\nexport const bad = runTests;\n",
  ],
  'self/telemetry': [
    'src/telemetry/bad.ts',
    "import { planFeature } from '../workflows/planFeature.ts';\nexport const bad = planFeature;\n",
  ],
  'self/host': ['src/host/bad.ts', "import { commands } from '../vscode/ids.ts';\nexport const bad = commands;\n"],
  'self/vscode': [
    'src/vscode/bad.ts',
    "import { takeSnapshot } from '../gym/snapshot.ts';\nexport const bad = takeSnapshot;\n",
  ],
  'self/cli': ['src/cli/bad.ts', "import { judge } from '../gates/judge.ts';\nexport const bad = judge;\n"],
  'self/webview': [
    'webview-ui/bad.ts',
    "import { planSchema } from '../src/protocol/plan.ts';\nexport const bad = planSchema;\n",
  ],
  'self/vscode-in-one-place': ['src/host/bad.ts', "import * as vscode from 'vscode';\nexport const bad = vscode;\n"],
  'self/telemetry-in-one-place': [
    'src/host/bad.ts',
    "import { trace } from '@opentelemetry/api';\nexport const bad = trace;\n",
  ],
  'self/sdk-in-one-place': [
    'src/policies/bad.ts',
    "import Anthropic from '@anthropic-ai/sdk';\nexport const bad = Anthropic;\n",
  ],
  'self/tests-are-leaves': ['src/cli/bad.ts', "import { expect } from 'vitest';\nexport const bad = expect;\n"],
  'self/no-cycles': ['src/protocol/bad.ts', "import { other } from './worse.ts';\nexport const bad = () => other;\n"],
  'self/pure-folders': ['src/controller/bad.ts', 'export const bad = () => Date.now();\n'],
};

describe('our own layers', () => {
  it('hold', async () => {
    const judged = await judge();
    expect(judged.findings).toEqual([]);
    expect(judged.status).toBe('passed');
  });

  for (const [rule, [path, text]] of Object.entries(breaks))
    it(`fail when ${rule} is broken`, async () => {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
      const more = rule === 'self/no-cycles' ? join(copy, 'src/protocol/worse.ts') : undefined;
      if (more !== undefined) writeFileSync(more, "import { bad } from './bad.ts';\nexport const other = () => bad;\n");
      try {
        const judged = await judge();
        expect(judged.status).toBe('failed');
        expect(judged.findings.map((finding) => finding.rule)).toContain(rule);
      } finally {
        rmSync(join(copy, path));
        if (more !== undefined) rmSync(more);
      }
    });
});
