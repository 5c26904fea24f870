// The export of a trace, as a collector receives it over HTTP.
import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import * as z from 'zod';
import { createOtlpExporter } from '../../src/telemetry/otlpExport.ts';
import { spansOfRun } from '../../src/telemetry/traceOfJournal.ts';
import { drive } from '../replay/drive.ts';

const receivedSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.object({ key: z.string(), value: z.unknown() })) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.looseObject({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              startTimeUnixNano: z.string(),
              endTimeUnixNano: z.string(),
              attributes: z.array(z.object({ key: z.string(), value: z.unknown() })),
            }),
          ),
        }),
      ),
    }),
  ),
});

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function collector(status: number): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1/traces`, bodies };
}

it('sends every span with its parent and times, and no text of a person or a model', async () => {
  const { url, bodies } = await collector(200);
  const { entries } = await drive([]);
  const spans = spansOfRun(entries);
  const warnings: string[] = [];
  const exporter = createOtlpExporter({ endpoint: url, log: { warn: (message) => warnings.push(message) } });
  await exporter.export(spans);
  await exporter.shutdown();
  expect(warnings).toEqual([]);
  const received = bodies.flatMap((body) => receivedSchema.parse(JSON.parse(body)).resourceSpans);
  expect(received[0]?.resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'ratchet' } });
  const sent = received.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  expect(sent.map(({ spanId }) => spanId).sort()).toEqual(spans.map(({ spanId }) => spanId).sort());
  for (const span of spans) {
    const found = sent.find(({ spanId }) => spanId === span.spanId);
    expect(found).toMatchObject({ name: span.name, traceId: span.traceId });
    expect(found?.startTimeUnixNano).toBe(span.startTime);
    expect(found?.parentSpanId ?? null).toBe(span.parentSpanId);
  }
  expect(bodies.join('')).not.toContain('Greet people');
});

it('says it when the collector refuses, and goes on', async () => {
  const { url } = await collector(400);
  const { entries } = await drive([]);
  const warnings: string[] = [];
  const exporter = createOtlpExporter({ endpoint: url, log: { warn: (message) => warnings.push(message) } });
  await exporter.export(spansOfRun(entries).slice(0, 3));
  await exporter.shutdown();
  expect(warnings.join('\n')).toContain(url);
});
