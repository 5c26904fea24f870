// The built command line, as a person or CI runs it, on the sample project.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSample } from '../../scripts/sample/create.mjs';
import {
  checkDocumentSchema,
  planDocumentSchema,
  replayDocumentSchema,
  runsDocumentSchema,
  showDocumentSchema,
} from '../../src/protocol/cliDocuments.ts';
import { call, type FakeAnswer, type FakeRequest, sayJson, startMessagesServer } from '../fakes/messagesServer.ts';
import { fingerprint } from '../helpers/repository.ts';

const cli = resolve(import.meta.dirname, '../../dist/cli.mjs');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-cli-'));
  createSample(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function ratchet(args: string[], options: { env?: Record<string, string>; interruptWhen?: string } = {}): Promise<Ran> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: folder,
      env: { ...process.env, ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '', NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let isInterrupted = false;
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      if (!isInterrupted && options.interruptWhen !== undefined && stderr.includes(options.interruptWhen)) {
        isInterrupted = true;
        child.kill('SIGINT');
      }
    });
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

describe('ratchet plan', () => {
  it('proposes without touching the checkout; apply accepts; replay is identical', async () => {
    const before = fingerprint(folder);
    const planned = await ratchet(['plan', 'Add a bulk discount', '--yes', '--json']);
    expect(planned.code, planned.stderr).toBe(0);
    const document = planDocumentSchema.parse(JSON.parse(planned.stdout));
    expect(document).toMatchObject({
      outcome: 'proposed',
      verdicts: [
        { gate: 'integrity', status: 'passed' },
        { gate: 'invariants', status: 'passed' },
        { gate: 'tests', status: 'passed' },
      ],
    });
    expect(document.patch).toContain('+export function bulkDiscount');
    expect(fingerprint(folder)).toEqual(before);

    const applied = await ratchet(['apply', 'latest', '--json']);
    expect(planDocumentSchema.parse(JSON.parse(applied.stdout))).toMatchObject({ outcome: 'applied' });
    expect(readFileSync(join(folder, 'src/domain/discount.ts'), 'utf8')).toContain('bulkDiscount');

    const replayed = await ratchet(['replay', document.runId.slice(0, 15), '--json']);
    expect(replayDocumentSchema.parse(JSON.parse(replayed.stdout))).toMatchObject({ identical: true });
    const shown = showDocumentSchema.parse(JSON.parse((await ratchet(['show', 'latest', '--json'])).stdout));
    expect(shown.spans.length).toBeGreaterThan(30);
    expect(runsDocumentSchema.parse(JSON.parse((await ratchet(['runs', '--json'])).stdout)).runs).toMatchObject([
      { status: 'completed' },
    ]);
    const again = await ratchet([
      'plan',
      'Add a bulk discount',
      '--policy',
      `recorded:${document.runId}`,
      '--yes',
      '--json',
    ]);
    expect(again.stderr).toContain('no model is asked');
  });

  it('is canceled by Ctrl-C within its own time, and leaves no worktree', async () => {
    const canceled = await ratchet(['plan', 'Add a bulk discount', '--yes', '--json'], {
      interruptWhen: 'Gates on step',
    });
    expect(canceled.code).toBe(3);
    expect(planDocumentSchema.parse(JSON.parse(canceled.stdout))).toMatchObject({
      outcome: 'stopped',
      failure: { reason: 'canceled' },
    });
  });

  it('needs --yes where there is nobody to ask', async () => {
    const ran = await ratchet(['plan', 'Add a bulk discount', '--json']);
    expect(ran.code).toBe(2);
    expect(JSON.parse(ran.stdout)).toMatchObject({ failure: { reason: 'usage' } });
  });

  it('says what the script knows when it is asked for something else', async () => {
    const ran = await ratchet(['plan', 'Paint it blue', '--yes', '--json']);
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'stopped', failure: { reason: 'scriptExhausted' } });
  });

  it('stops without a key, and goes on with one', async () => {
    const stopped = await ratchet(['plan', 'Add a bulk discount', '--policy', 'claude', '--yes', '--json']);
    expect(stopped.code).toBe(3);
    expect(JSON.parse(stopped.stdout)).toMatchObject({
      outcome: 'stopped',
      failure: { reason: 'unavailable', message: expect.stringContaining('ANTHROPIC_API_KEY') },
    });
    const resumed = await ratchet(['resume', 'latest', '--yes', '--json']);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ outcome: 'proposed' });
  });

  it('survives every fault of the API on the way to a proposal', async () => {
    const faults: FakeAnswer[] = [
      { kind: 'error', status: 529, type: 'overloaded_error', message: 'busy' },
      { kind: 'error', status: 429, type: 'rate_limit_error', message: 'slow', headers: { 'retry-after-ms': '50' } },
      { kind: 'reset' },
      { kind: 'cut', after: 3, blocks: [{ type: 'text', text: 'half' }] },
    ];
    let left = [...faults];
    const server = await startMessagesServer((request) => {
      // The first answer of each kind of question fails in every way before it comes.
      const fault = left.shift();
      return fault ?? answer(request);
    });
    try {
      const env = { ANTHROPIC_API_KEY: 'sk-ant-the-secret-of-this-test' };
      const ran = await ratchet(
        ['plan', 'Say hello', '--policy', 'claude', '--base-url', server.url, '--yes', '--json'],
        { env },
      );
      const document = planDocumentSchema.parse(JSON.parse(ran.stdout));
      expect(document).toMatchObject({
        outcome: 'proposed',
        verdicts: [{ status: 'passed' }, { status: 'passed' }, { status: 'passed' }],
      });
      expect(document.usage.requests).toBe(6);
      expect(`${ran.stdout}${ran.stderr}`).not.toContain('the-secret-of-this-test');
      left = [];
    } finally {
      await server.close();
    }
  });
});

/** Answers as a model would: views, a plan, an edit with a malformed call before it, and finish. */
function answer(request: FakeRequest): FakeAnswer {
  const schema = JSON.stringify(request.output_config?.format?.schema ?? null);
  if (schema.includes('"rollback"'))
    return sayJson({
      goal: 'Say hello',
      summary: 's',
      steps: [
        {
          id: 's1',
          title: 't',
          description: 'd',
          files: ['src/hello.ts'],
          acceptance: ['says hello'],
          gates: ['tests'],
        },
      ],
      risks: [],
      rollback: 'r',
      contract: { behaviour: [], physics: [], deployment: [] },
    });
  if (schema !== 'null') return sayJson({ perspective: 'p', summary: 's', claims: [], suggestions: [], risks: [] });
  if (request.messages.length > 1) return call(['finish', {}]);
  return call(
    ['str_replace_based_edit_tool', { command: 'create', path: '../outside.ts', file_text: '' }],
    [
      'str_replace_based_edit_tool',
      { command: 'create', path: 'src/hello.ts', file_text: "export const hello = 'hello';\n" },
    ],
  );
}

describe('ratchet check', () => {
  it('passes on what holds, and fails on what does not', async () => {
    expect((await ratchet(['check'])).code).toBe(0);
    writeFileSync(
      join(folder, 'src/domain/bad.ts'),
      "import { QuoteStore } from '../store/quoteStore.ts';\nexport const bad = QuoteStore;\n",
    );
    const failed = await ratchet(['check', '--json']);
    expect(failed.code).toBe(1);
    expect(
      checkDocumentSchema.parse(JSON.parse(failed.stdout)).verdicts.find(({ gate }) => gate === 'invariants'),
    ).toMatchObject({
      status: 'failed',
      findings: [expect.objectContaining({ rule: 'layers/domain', path: 'src/domain/bad.ts' })],
    });
  });

  it('is unproven where there are no tests', async () => {
    writeFileSync(join(folder, 'package.json'), '{}');
    const ran = await ratchet(['check', '--json']);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout).verdicts.find((verdict: { gate: string }) => verdict.gate === 'tests')).toMatchObject(
      { status: 'unproven' },
    );
  });

  it('tells bad configuration with its line, and bad usage', async () => {
    writeFileSync(join(folder, '.ratchet/config.yml'), 'version: 1\ntests:\n  timeoutSecond: 5\n');
    const bad = await ratchet(['check']);
    expect(bad.code).toBe(2);
    expect(bad.stderr).toMatch(/config\.yml:3: .*did you mean timeoutSeconds/);
    expect((await ratchet(['check', '--no-such-option'])).code).toBe(2);
    expect((await ratchet(['show', 'nothing'])).code).toBe(2);
    expect((await ratchet(['check', '--repo', tmpdir()])).code).toBe(2);
    expect((await ratchet(['--help'])).stdout).toContain('Exit codes');
  });
});
