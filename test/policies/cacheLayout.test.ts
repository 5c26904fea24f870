// How much of what is sent stands in the provider's cache, computed from the requests of whole scripted runs: bytes that
// are the same from the beginning as in a request before, up to a mark that this one had. The server's count is not believed.
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/protocol/plan.ts';
import { call, eventsOf, type FakeAnswer, type FakeRequest, sayJson } from '../fakes/messagesServer.ts';
import { plan } from '../fakes/planningWorld.ts';
import { exchange, firstEpisode, going, perspectiveAnswer, perspectiveQuestion, served } from '../helpers/episodes.ts';
import { Stage } from '../helpers/stage.ts';

/** Blocks in the order in which the provider reads them, each with whether it bears a mark. What precedes it counts too. */
function blocksOf(request: FakeRequest): { text: string; isMarked: boolean }[] {
  const blocks: unknown[] = [
    { tools: request.tools, format: request.output_config?.format, thinking: request.thinking, model: request.model },
    ...(request.system ?? []),
    ...request.messages.flatMap(({ role, content }) =>
      Array.isArray(content) ? content.map((block) => ({ role, ...block })) : [{ role, content }],
    ),
  ];
  return blocks.map((block) => {
    const { cache_control, ...rest } = Object(block);
    return { text: JSON.stringify(rest), isMarked: cache_control !== undefined };
  });
}

interface Reuse {
  readonly total: number;
  readonly reused: number;
}

/** Characters of each request, and how many of them end at a mark of an earlier request with the same bytes before it. */
function reuseOf(requests: readonly FakeRequest[]): Reuse[] {
  const written = new Set<string>();
  return requests.map((request) => {
    let prefix = '';
    let reused = 0;
    const marks: string[] = [];
    for (const { text, isMarked } of blocksOf(request)) {
      prefix += `${text}\n`;
      // A mark reads back over twenty blocks; ours are never that far apart, but for a turn of many calls.
      if (written.has(prefix)) reused = prefix.length;
      if (isMarked) marks.push(prefix);
    }
    for (const mark of marks) written.add(mark);
    return { total: prefix.length, reused };
  });
}

const share = (reuse: readonly Reuse[]): number =>
  reuse.reduce((sum, { reused }) => sum + reused, 0) / reuse.reduce((sum, { total }) => sum + total, 0);

/** Turns of a run that is typical by its sizes: it looks, reads, edits, runs the tests, and finishes. */
const turns: [string, unknown][][] = [
  [
    ['search_code', { query: 'export' }],
    ['str_replace_based_edit_tool', { command: 'view', path: 'a.ts' }],
  ],
  [['str_replace_based_edit_tool', { command: 'view', path: 'b.ts' }]],
  [['str_replace_based_edit_tool', { command: 'create', path: 'c.ts', file_text: 'export const c = 3;\n'.repeat(20) }]],
  [['run_tests', {}]],
  [['str_replace_based_edit_tool', { command: 'insert', path: 'c.ts', insert_line: 0, insert_text: '// more\n' }]],
  [['check_gates', {}]],
  [['finish', { summary: 'done' }]],
];
const steps = ['s1', 's2', 's3'].map((id) => ({ ...plan.steps[0], id, title: `Step ${id}` }));
const threeSteps: Plan = { ...plan, steps: JSON.parse(JSON.stringify(steps)) };

/** The requests of a whole run, with a repair of the first step. */
async function requestsOfRun(): Promise<FakeRequest[]> {
  const { server, policy } = await served((request) => {
    const schema = JSON.stringify(request.output_config?.format?.schema ?? null);
    if (schema !== 'null') return sayJson(schema.includes('"rollback"') ? threeSteps : perspectiveAnswer);
    return call(...(turns[(request.messages.length - 1) / 2] ?? []));
  });
  const stage = await Stage.open();
  try {
    const { view } = await stage.play(policy);
    expect(view.outcome?.outcome).toBe('rejected');
    expect(server.problems).toEqual([]);
    return server.requests;
  } finally {
    await stage.close();
    await server.close();
  }
}

describe('the cache', () => {
  it('holds at least four fifths of what steps two and later send', async () => {
    const acting = (await requestsOfRun()).filter(({ tools }) => tools !== undefined);
    expect(acting).toHaveLength(3 * turns.length);
    const reuse = reuseOf(acting);
    expect(reuse[0]?.reused).toBe(0);
    // Turns of one episode but for its first, and whole steps but for the first of the run.
    expect(share(reuse.slice(1))).toBeGreaterThan(0.8);
    expect(share(reuse.slice(turns.length))).toBeGreaterThan(0.8);
    for (const [index, { reused, total }] of reuse.entries())
      if (index % turns.length > 0) expect(reused / total, `request ${index}`).toBeGreaterThan(0.5);
    // A new step begins with what all steps share.
    expect(reuse[turns.length]?.reused).toBeGreaterThan(1_000);
  });

  it('is marked at most four times, the last block of the conversation included', async () => {
    for (const request of await requestsOfRun()) {
      const marks = blocksOf(request).map(({ isMarked }) => isMarked);
      expect(marks.filter(Boolean).length).toBeLessThanOrEqual(4);
      if (request.tools !== undefined) expect(marks.at(-1)).toBe(true);
    }
  });

  it('holds a conversation of forty turns, from turn to turn', async () => {
    const { server, policy } = await served([call(['finish', {}])]);
    try {
      const history = Array.from({ length: 40 }, (_, index) => exchange(`c${index}`, `result ${index} `.repeat(200)));
      for (let length = 0; length <= history.length; length += 1)
        await policy.act({ ...firstEpisode, history: history.slice(0, length) }, going());
      const reuse = reuseOf(server.requests);
      expect(share(reuse.slice(1))).toBeGreaterThan(0.9);
    } finally {
      await server.close();
    }
  });

  it('holds the files of a question for whoever asks about the same', async () => {
    const excerpts = Array.from({ length: 20 }, (_, index) => ({
      path: `src/${index}.ts`,
      text: `export const n${index} = ${index};\n`.repeat(50),
      truncated: false,
    }));
    const context = { ...perspectiveQuestion.context, excerpts };
    const { server, policy } = await served([sayJson(perspectiveAnswer)]);
    try {
      const names = ['architect', 'tester', 'operator'];
      const asked = names.map((name) =>
        policy.decide({ ...perspectiveQuestion, context, perspective: { name, brief: 'b' } }, going()),
      );
      expect((await Promise.all(asked)).every(({ ok }) => ok)).toBe(true);
      const reuse = reuseOf(server.requests);
      expect(share(reuse.slice(1))).toBeGreaterThan(0.9);
    } finally {
      await server.close();
    }
  });

  const ask = async (first: FakeAnswer): Promise<{ arrived: number[]; ok: boolean[] }> => {
    const arrived: number[] = [];
    const { server, policy } = await served((_request, number) => {
      arrived.push(performance.now());
      return number === 1 ? first : sayJson(perspectiveAnswer);
    });
    try {
      const asked = ['first', 'second', 'third'].map((name) =>
        policy.decide({ ...perspectiveQuestion, perspective: { name, brief: 'b' } }, going()),
      );
      return { ok: (await Promise.all(asked)).map(({ ok }) => ok), arrived };
    } finally {
      await server.close();
    }
  };

  it('is written by one before the others read it', async () => {
    const blocks = [{ type: 'text' as const, text: JSON.stringify(perspectiveAnswer) }];
    const events = eventsOf('claude-sonnet-test', { kind: 'message', blocks });
    const { arrived, ok } = await ask({ kind: 'events', events, delayMs: 400 });
    expect(ok).toEqual([true, true, true]);
    const [first = 0, second = 0, third = 0] = arrived;
    // The others go when the answer of the first begins, and do not wait for its end.
    for (const later of [second, third]) {
      expect(later - first).toBeGreaterThan(300);
      expect(later - first).toBeLessThan(400 * events.length);
    }
  });

  it('keeps nobody waiting for one that fails', async () => {
    const { arrived, ok } = await ask({ kind: 'reset' });
    expect(ok).toEqual([false, true, true]);
    expect((arrived[2] ?? 0) - (arrived[0] ?? 0)).toBeLessThan(8_000);
  });
});
