// The built command line, as a person or CI runs it, on the sample project.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSample } from '../../scripts/sample/create.mjs';
import {
  baselineDocumentSchema,
  checkDocumentSchema,
  planDocumentSchema,
  replayDocumentSchema,
  runsDocumentSchema,
  showDocumentSchema,
} from '../../src/protocol/cliDocuments.ts';
import { type FakeAnswer, startMessagesServer } from '../fakes/messagesServer.ts';
import { answerLikeAModel, leftovers, ratchet as run } from '../helpers/cli.ts';
import { fingerprint } from '../helpers/repository.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-cli-'));
  createSample(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ratchet = (args: string[], options?: Parameters<typeof run>[2]) => run(folder, args, options);

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
    expect(leftovers(folder)).toEqual([]);
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
      return fault ?? answerLikeAModel(request);
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

describe('ratchet plan --batch', () => {
  it('asks in batches: what is asked at the same time goes together', async () => {
    const server = await startMessagesServer(answerLikeAModel, { batches: { looks: 1 } });
    try {
      const env = { ANTHROPIC_API_KEY: 'sk-ant-the-secret-of-this-test' };
      const asked = ['plan', 'Say hello', '--batch', '--base-url', server.url, '--yes', '--json'];
      const ran = await ratchet(asked, { env });
      expect(planDocumentSchema.parse(JSON.parse(ran.stdout))).toMatchObject({ outcome: 'proposed' });
      const [first, ...others] = server.batches.map(({ requests }) => requests.length);
      expect(first).toBe(3);
      expect(new Set(others)).toEqual(new Set([1]));
      expect(server.problems).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('is refused for a policy that has none', async () => {
    const ran = await ratchet(['plan', 'Say hello', '--batch', '--policy', 'claudeCode']);
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.stderr).toContain('--batch is for the claude policy');
  });
});

describe('ratchet baseline', () => {
  it('begins once, tolerates what is there, and from then on only shrinks', async () => {
    const bad = join(folder, 'src/domain/bad.ts');
    writeFileSync(bad, "import { QuoteStore } from '../store/quoteStore.ts';\nexport const bad = QuoteStore;\n");
    expect((await ratchet(['baseline', 'shrink'])).stderr).toContain('There is no baseline');
    const created = await ratchet(['baseline', 'create', '--json']);
    expect(created.code, created.stderr).toBe(0);
    expect(baselineDocumentSchema.parse(JSON.parse(created.stdout))).toMatchObject({ entries: 1, removed: 0 });
    execFileSync('git', ['add', '-A'], { cwd: folder });
    execFileSync('git', ['commit', '-qm', 'today'], { cwd: folder });
    expect((await ratchet(['check'])).stdout).toContain('1 tolerated by the baseline');
    const again = await ratchet(['baseline', 'create']);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('may only shrink')]);
    writeFileSync(bad, 'export const bad = 1;\n');
    expect((await ratchet(['check'])).stdout).toContain('ratchet baseline shrink');
    const shrunk = await ratchet(['baseline', 'shrink', '--json']);
    expect(baselineDocumentSchema.parse(JSON.parse(shrunk.stdout))).toMatchObject({ entries: 0, removed: 1 });
    expect(readFileSync(join(folder, '.ratchet/baseline.tsv'), 'utf8')).not.toContain('bad.ts');
  });
});

describe('ratchet runs', () => {
  it('prunes ended runs and keeps those that wait for a person', async () => {
    await ratchet(['plan', 'Add a bulk discount', '--yes', '--json']);
    await ratchet(['plan', 'Add a bulk discount', '--yes', '--json'], { interruptWhen: 'Perspective' });
    const pruned = await ratchet(['runs', 'prune', '--keep', '0', '--json']);
    expect(JSON.parse(pruned.stdout)).toMatchObject({ removed: [expect.any(String)] });
    const left = runsDocumentSchema.parse(JSON.parse((await ratchet(['runs', '--json'])).stdout)).runs;
    expect(left).toMatchObject([{ status: 'waiting' }]);
  });
});

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

  it('runs the tests that have to do with a change first, and no others when these fail', async () => {
    const path = join(folder, 'src/http/readParcel.ts');
    writeFileSync(path, `${readFileSync(path, 'utf8')}\nthrow new Error('broken');\n`);
    const failed = await ratchet(['check', '--json']);
    expect(failed.code).toBe(1);
    const { verdicts } = checkDocumentSchema.parse(JSON.parse(failed.stdout));
    expect(verdicts.find(({ gate }) => gate === 'tests')).toMatchObject({
      status: 'failed',
      summary: expect.stringMatching(/^Related tests first: .* in test\/server\.test\.ts\. .* were not run/),
      findings: expect.arrayContaining([
        expect.objectContaining({ rule: 'tests/error', message: expect.stringContaining('broken') }),
      ]),
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
