import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../testRunner/reportFiles.ts';
import { readSpans } from './readSpans.ts';
import { withSpanReceiver } from './spanReceiver.ts';

/** As the SDK for JavaScript serializes `price` of 12.5 ms with an attribute and `quote` of 40 ms with an event. */
const protobuf = Buffer.from(
  'CtgCCpgBCiYKDHNlcnZpY2UubmFtZRIWChR1bmtub3duX3NlcnZpY2U6bm9kZQoiChZ0ZWxlbWV0cnkuc2RrLmxhbmd1YWdlEggKBm5vZGVqcwolChJ0ZWxlbWV0cnkuc2RrLm5hbWUSDwoNb3BlbnRlbGVtZXRyeQohChV0ZWxlbWV0cnkuc2RrLnZlcnNpb24SCAoGMi4xMi4xEAASugEKBgoEc2hvcBJUChCvQsRQgEoVDYruR0vS+4OwEggu2uiHqdpCWSoFcHJpY2UwATkAACo2/pyXF0EgvOg2/pyXF0oLCgVraWxvcxICGAJQAGAAcAB6AhgAhQEBAQAAEloKEP937pHaz2VdFmBEZwBrKZkSCDzqPMmLV1DKKgVxdW90ZTABOQAAKjb+nJcXQQBajDj+nJcXUABaEQlAby7xfjnsGBIEbWFkZSAAYABwAHoCGACFAQEBAAA=',
  'base64',
);
const both = [
  { name: 'price', milliseconds: 12.5 },
  { name: 'quote', milliseconds: 40 },
];
const line = (type: string, encoding: string, body: Buffer) => `${type}\t${encoding}\t${body.toString('base64')}\n`;

describe('readSpans', () => {
  it('reads protobuf, plain and packed', () => {
    expect(readSpans(line('application/x-protobuf', '', protobuf))).toEqual(both);
    expect(readSpans(line('application/x-protobuf', 'gzip', gzipSync(protobuf)))).toEqual(both);
  });

  it('reads JSON, with times as text or numbers', () => {
    const spans = [{ name: 'a', startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000001500000' }];
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    expect(readSpans(line('application/json', '', Buffer.from(body)))).toEqual([{ name: 'a', milliseconds: 1.5 }]);
  });

  it('takes whatever else is sent for no span', () => {
    for (let end = 0; end < protobuf.length; end += 1)
      for (const { milliseconds } of readSpans(line('application/x-protobuf', '', protobuf.subarray(0, end))))
        expect(milliseconds).toBeGreaterThanOrEqual(0);
    expect(readSpans(line('application/json', '', Buffer.from('{"resourceSpans":3}')))).toEqual([]);
    expect(readSpans(line('application/x-protobuf', 'gzip', Buffer.from('no gzip')))).toEqual([]);
    expect(readSpans('\n\t\n')).toEqual([]);
  });
});

describe('withSpanReceiver', () => {
  it('keeps what an SDK exports that reads the variables, and the exit code of the command', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-spans-'));
    try {
      const modules = (name: string) => JSON.stringify(resolve(import.meta.dirname, '../../../node_modules', name));
      const program = `const { OTLPTraceExporter } = require(${modules('@opentelemetry/exporter-trace-otlp-http')});
const { BasicTracerProvider, BatchSpanProcessor } = require(${modules('@opentelemetry/sdk-trace-base')});
const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
const span = provider.getTracer('t').startSpan('price', { startTime: 1e12 });
span.end(1e12 + 30);
provider.shutdown().then(() => process.exit(7));
`;
      writeFileSync(join(folder, 'main.cjs'), program);
      const file = join(folder, 'spans');
      const command = withSpanReceiver(`${shellQuote(process.execPath)} main.cjs`, file);
      expect(() => execFileSync('/bin/sh', ['-c', command], { cwd: folder, timeout: 60_000 })).toThrow(
        expect.objectContaining({ status: 7 }),
      );
      expect(readSpans(readFileSync(file, 'utf8'))).toEqual([{ name: 'price', milliseconds: 30 }]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
