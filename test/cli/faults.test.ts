// Every fault of the API on the way of a whole run: a clear end or a recovery, never a hang, a lost run or a changed file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSample } from '../../scripts/sample/create.mjs';
import { planDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { call, type FakeAnswer, type FakeRequest, say, sayJson, startMessagesServer } from '../fakes/messagesServer.ts';
import { answerLikeAModel, leftovers, ratchet } from '../helpers/cli.ts';
import { fingerprint } from '../helpers/repository.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-faults-'));
  createSample(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Stage = 'view' | 'plan' | 'turn';

function stageOf(request: FakeRequest): Stage {
  const schema = JSON.stringify(request.output_config?.format?.schema ?? null);
  return schema.includes('"rollback"') ? 'plan' : schema === 'null' ? 'turn' : 'view';
}

/** Plans with a server that answers well but for the stage under test; the number counts that stage's requests from 1. */
async function plan(stage: Stage, fault: (number: number, request: FakeRequest) => FakeAnswer | undefined) {
  let number = 0;
  const server = await startMessagesServer((request) => {
    if (stageOf(request) !== stage) return answerLikeAModel(request);
    number += 1;
    return fault(number, request) ?? answerLikeAModel(request);
  });
  try {
    const before = fingerprint(folder);
    const args = ['plan', 'Say hello', '--policy', 'claude', '--base-url', server.url, '--yes', '--json'];
    const ran = await ratchet(folder, args, { env: { ANTHROPIC_API_KEY: 'sk-ant-the-secret-of-this-test' } });
    expect(fingerprint(folder)).toEqual(before);
    expect(leftovers(folder)).toEqual([]);
    expect(`${ran.stdout}${ran.stderr}`).not.toContain('the-secret-of-this-test');
    return { ...ran, document: planDocumentSchema.parse(JSON.parse(ran.stdout)), requests: number };
  } finally {
    await server.close();
  }
}

const stopWith = (stopReason: string): FakeAnswer => ({
  kind: 'message',
  blocks: [{ type: 'text', text: 'no' }],
  stopReason,
});
const keyRefused: FakeAnswer = {
  kind: 'error',
  status: 401,
  type: 'authentication_error',
  message: 'invalid x-api-key',
};

describe('a fault for good', () => {
  for (const stage of ['view', 'plan', 'turn'] as const)
    it(`401 at a ${stage} stops the run, says what to do, and it goes on with a key`, async () => {
      const { code, document } = await plan(stage, () => keyRefused);
      expect(code).toBe(3);
      expect(document).toMatchObject({
        outcome: 'stopped',
        failure: { reason: 'unavailable', message: expect.stringContaining('Set API Key') },
      });
      const server = await startMessagesServer(answerLikeAModel);
      try {
        const args = ['resume', 'latest', '--policy', 'claude', '--base-url', server.url, '--yes', '--json'];
        const resumed = await ratchet(folder, args, { env: { ANTHROPIC_API_KEY: 'sk-ant-another-key' } });
        expect(planDocumentSchema.parse(JSON.parse(resumed.stdout))).toMatchObject({ outcome: 'proposed' });
      } finally {
        await server.close();
      }
    });

  it('a refusal of the plan ends the run with its reason', async () => {
    const { code, document } = await plan('plan', () => stopWith('refusal'));
    expect([code, document.outcome]).not.toEqual([0, 'proposed']);
    expect(`${document.message}${document.failure?.message}`).toMatch(/refus|declin/i);
  });

  it('an answer outside the schema, again and again, is said to be one', async () => {
    const { code, document, requests } = await plan('plan', () => sayJson({ goal: 3 }));
    expect([code, document.outcome]).not.toEqual([0, 'proposed']);
    expect(`${document.message}${document.failure?.message}`).toMatch(/schema|form|understood/i);
    expect(requests).toBeLessThan(10);
  });

  it('a full context window in a step fails the step, not the run', async () => {
    const { document } = await plan('turn', () => stopWith('model_context_window_exceeded'));
    expect(document.outcome).not.toBe('proposed');
    expect(JSON.stringify(document)).toMatch(/context/i);
  });
});

describe('a fault that passes', () => {
  const passing: Record<string, FakeAnswer> = {
    'an answer outside the schema': sayJson({ goal: 3 }),
    'an answer that is not JSON': say('Sure! Here is the plan.'),
    'an answer cut by max_tokens': { ...stopWith('max_tokens') },
  };
  for (const [name, fault] of Object.entries(passing))
    it(`${name} is asked for again`, async () => {
      const { document, requests } = await plan('plan', (number) => (number === 1 ? fault : undefined));
      expect(document).toMatchObject({ outcome: 'proposed' });
      expect(requests).toBe(2);
    });

  it('malformed tool input is told to the policy, which mends it', async () => {
    const { document } = await plan('turn', (number, request) => {
      if (number === 1) return { kind: 'message', blocks: [{ type: 'tool_use', name: 'finish', raw: '{"summary": ' }] };
      if (number === 2) {
        expect(JSON.stringify(request.messages.at(-1))).toMatch(/not (?:valid )?JSON|could not be read|invalid/i);
        return call([
          'str_replace_based_edit_tool',
          { command: 'create', path: 'src/hello.ts', file_text: "export const hello = 'hello';\n" },
        ]);
      }
      return call(['finish', {}]);
    });
    expect(document).toMatchObject({ outcome: 'proposed' });
    expect(document.patch).toContain('src/hello.ts');
  });

  it('a refusal of one turn is taken as a failed attempt, and the repair goes on', async () => {
    const { document } = await plan('turn', (number) => (number === 1 ? stopWith('refusal') : undefined));
    expect(document.outcome).toMatch(/proposed|failed/);
    expect(document.message.length + (document.failure?.message.length ?? 0)).toBeGreaterThan(10);
  });
});
