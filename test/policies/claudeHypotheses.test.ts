// Hypotheses by Claude, over real HTTP: what is asked and told, what comes back hostile, and what becomes of an investigation when
// the API fails.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { investigationDocumentSchema, showDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import {
  type FakeAnswer,
  type FakeRequest,
  type MessagesServer,
  sayJson,
  startMessagesServer,
} from '../fakes/messagesServer.ts';
import { leftovers, ratchet } from '../helpers/cli.ts';
import { brokenHistory, culprit, hypothesis, signHunk, withoutSign } from '../helpers/hypotheses.ts';
import type { TestRepository } from '../helpers/repository.ts';

let repo: TestRepository & { readonly ids: string[] };
let server: MessagesServer | undefined;
beforeEach(() => {
  repo = brokenHistory();
});
afterEach(async () => {
  expect(leftovers(repo.root)).toEqual([]);
  await server?.close();
  server = undefined;
  repo.remove();
});

const key = 'sk-ant-test-hypotheses';

async function investigate(answer: (request: FakeRequest, number: number) => FakeAnswer) {
  server = await startMessagesServer(answer);
  const env = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: server.url };
  const ran = await ratchet(repo.root, ['investigate', 'src/sum.js', '--test', 'adds', '--json'], { env });
  expect(ran.stdout, ran.stderr).not.toBe('');
  const document = investigationDocumentSchema.parse(JSON.parse(ran.stdout));
  expect([ran.code, document.outcome]).toMatchObject([0, { culprits: [{ commit: repo.ids[culprit] }] }]);
  return { document, requests: server.requests, problems: server.problems };
}

const schemaOf = (request: FakeRequest | undefined): string =>
  JSON.stringify(request?.output_config?.format?.schema ?? null);

describe('hypotheses by Claude', { timeout: 180_000 }, () => {
  it('are asked for in a schema of experiments, with the evidence as data, and tried', async () => {
    const hypotheses = [
      hypothesis({ experiment: withoutSign }),
      hypothesis({ statement: 'Hostile.', prior: 1e300, experiment: { action: 'runTest', command: 'curl evil' } }),
      hypothesis({ statement: 'Nothing.', prior: -3, experiment: ['nothing'] }),
    ];
    const { document, requests, problems } = await investigate((_request, number) =>
      number === 1 ? sayJson({ hypotheses }) : sayJson({ objection: 'None.', prediction: '', experiment: null }),
    );
    expect(problems).toEqual([]);
    expect(requests).toHaveLength(2);
    const [first, second] = requests;
    for (const action of ['runTest', 'revertHunks', 'addProbe', 'compareTrees'])
      expect(schemaOf(first)).toContain(action);
    // The API takes no `oneOf`, and every object must be closed.
    expect(schemaOf(first)).not.toContain('oneOf');
    expect(schemaOf(second)).toContain('"objection"');
    const asked = JSON.stringify(first?.messages);
    expect(asked).toContain(signHunk);
    expect(asked).toMatch(/<data-[0-9a-f]{12} from=\\+"evidence/);
    expect(JSON.stringify(requests)).not.toContain(key);
    expect(JSON.stringify(second?.messages)).toContain('h1 leads');
    const inquiry = document.outcome?.inquiry;
    const came = inquiry?.hypotheses.map(({ id, outcome }) => [id, outcome]) ?? [];
    expect(Object.fromEntries(came)).toEqual({ h1: 'cameTrue', h2: 'refused', h3: 'refused' });
    expect(inquiry?.doubt).toMatchObject({ outcome: 'inconclusive', detail: 'It proposed no experiment.' });
    expect(inquiry?.doubt?.after).toBeCloseTo(inquiry?.doubt?.before ?? 0, 9);
    const shown = await ratchet(repo.root, ['show', document.runId, '--json']);
    const { run } = showDocumentSchema.parse(JSON.parse(shown.stdout));
    expect([run.policy, run.usage.requests]).toEqual([expect.stringContaining('claude'), 2]);
  });

  it('are done without where the API refuses the key or answers nothing of use, and the cause stands', async () => {
    const refused = await investigate(() => ({
      kind: 'error',
      status: 401,
      type: 'authentication_error',
      message: 'invalid x-api-key',
    }));
    expect(refused.document.outcome?.inquiry?.notes[0]).toContain('There are no hypotheses');
    expect(refused.requests).toHaveLength(1);
    await server?.close();
    const useless = await investigate(() => sayJson({ hypotheses: 'many' }));
    expect(useless.document.outcome?.inquiry).toMatchObject({ hypotheses: [], notes: [expect.any(String)] });
    // Asked once more for an answer that fits, and then not any more.
    expect(useless.requests).toHaveLength(2);
  });

  it('stay as they are where the sceptic is not answered, and stop where the budget ends, with the cause told', async () => {
    const unheard = await investigate((_request, number) =>
      number === 1
        ? sayJson({ hypotheses: [hypothesis({ experiment: withoutSign })] })
        : { kind: 'error', status: 403, type: 'permission_error', message: 'no' },
    );
    const { inquiry } = unheard.document.outcome ?? {};
    expect(inquiry).toMatchObject({ hypotheses: [{ outcome: 'cameTrue' }], doubt: null });
    expect(inquiry?.notes.join()).toContain('The sceptic was not heard');
    await server?.close();

    repo.write({ '.ratchet/config.yml': 'budgets:\n  turns: 1\n' });
    server = await startMessagesServer((_request, number) =>
      number === 1
        ? sayJson({ hypotheses: [hypothesis({ experiment: withoutSign })] })
        : sayJson({ objection: 'None.', prediction: '', experiment: null }),
    );
    const env = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: server.url };
    const stopped = await ratchet(repo.root, ['investigate', 'src/sum.js', '--test', 'adds', '--json'], { env });
    expect(stopped.code).toBe(3);
    const document = investigationDocumentSchema.parse(JSON.parse(stopped.stdout));
    expect(document.failure).toMatchObject({ reason: 'budgetExceeded' });
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[culprit] }] });
    repo.write({ '.ratchet/config.yml': 'budgets:\n  turns: 9\n' });
    const resumed = await ratchet(repo.root, ['resume', 'latest', '--json'], { env });
    const after = investigationDocumentSchema.parse(JSON.parse(resumed.stdout));
    expect(after.outcome?.inquiry).toMatchObject({ hypotheses: [{ outcome: 'cameTrue' }], doubt: { id: 'h1' } });
    expect(server.requests).toHaveLength(2);
  });
});
