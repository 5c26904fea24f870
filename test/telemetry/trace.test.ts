// The trace of a run: a fold of its journal, the same at every prefix but for what still runs, with the field's names.
import { describe, expect, it } from 'vitest';
import { spansOfRun } from '../../src/telemetry/traceOfJournal.ts';
import { drive } from '../replay/drive.ts';

describe('the trace of a run', () => {
  it('is one tree under the run, with times inside of the parent', async () => {
    const { entries } = await drive([]);
    const spans = spansOfRun(entries);
    const [root] = spans;
    expect(root).toMatchObject({ name: 'invoke_workflow planFeature', parentSpanId: null, status: 'ok' });
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([root?.traceId]));
    expect(root?.traceId).toMatch(/^[0-9a-f]{32}$/);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    for (const span of spans.slice(1)) {
      const parent = byId.get(span.parentSpanId ?? '');
      expect(parent, span.name).toBeDefined();
      expect(BigInt(span.startTime)).toBeGreaterThanOrEqual(BigInt(parent?.startTime ?? 0));
      expect(BigInt(span.endTime ?? 0)).toBeGreaterThanOrEqual(BigInt(span.startTime));
    }
  });

  it('has one span for each activity, with the conventions for generative AI', async () => {
    const { entries } = await drive([]);
    const spans = spansOfRun(entries);
    const scheduled = entries.filter(({ event }) => event.type === 'activityScheduled');
    expect(spans.filter(({ attributes }) => 'ratchet.activity.number' in attributes)).toHaveLength(scheduled.length);
    const chats = spans.filter(({ attributes }) => attributes['gen_ai.operation.name'] === 'chat');
    expect(chats.length).toBeGreaterThan(5);
    for (const { name, attributes } of chats) {
      expect(name).toMatch(/^chat /);
      expect(attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 10 });
    }
    const tools = spans.filter(({ attributes }) => attributes['gen_ai.operation.name'] === 'execute_tool');
    expect(tools.length).toBeGreaterThan(0);
    for (const { attributes } of tools) expect(attributes['gen_ai.tool.name']).toEqual(expect.any(String));
  });

  it('grows with the journal: what has ended never changes', async () => {
    const { entries } = await drive([]);
    const whole = new Map(spansOfRun(entries).map((span) => [span.spanId, span]));
    for (let length = 1; length < entries.length; length += 7)
      for (const span of spansOfRun(entries.slice(0, length)))
        if (span.endTime !== null && span.parentSpanId !== null) expect(whole.get(span.spanId)).toEqual(span);
  });
});
