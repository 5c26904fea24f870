// Spans from the bodies of OTLP requests, as protobuf or JSON, as far as their time is concerned. What cannot be read is no span; a
// program can send anything.
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';

export interface TimedSpan {
  readonly name: string;
  readonly milliseconds: number;
}

const nanosSchema = z.union([z.string().regex(/^\d+$/), z.number().int().nonnegative()]).transform(BigInt);
const spanSchema = z.object({ name: z.string(), startTimeUnixNano: nanosSchema, endTimeUnixNano: nanosSchema });
const requestSchema = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) })),
});

/** Bytes that one body may become when it is unpacked. */
const maxBytes = 64 * 1024 * 1024;

/** Each line is the type, the encoding and the body in base64 of one request, with tabs between. */
export function readSpans(text: string): TimedSpan[] {
  return text.split('\n').flatMap((line) => {
    const [type = '', encoding = '', body = ''] = line.split('\t');
    const bytes = unpacked(encoding, Buffer.from(body, 'base64'));
    if (bytes === undefined || bytes.length === 0) return [];
    return type.includes('json') ? spansOfJson(bytes.toString('utf8')) : spansOfProtobuf(bytes);
  });
}

function unpacked(encoding: string, bytes: Buffer): Buffer | undefined {
  if (encoding !== 'gzip') return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch {
    return undefined;
  }
}

function spansOfJson(text: string): TimedSpan[] {
  const parsed = requestSchema.safeParse(parseJson(text));
  const scopes = parsed.success ? parsed.data.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans) : [];
  return scopes
    .flatMap(({ spans }) => spans)
    .map(({ name, startTimeUnixNano, endTimeUnixNano }) => timed(name, startTimeUnixNano, endTimeUnixNano));
}

/** The numbers of the fields are those of opentelemetry-proto: resource_spans 1, scope_spans 2, spans 2; name 5, start 7, end 8. */
function spansOfProtobuf(bytes: Buffer): TimedSpan[] {
  const inside = (messages: readonly Buffer[], field: number): Buffer[] =>
    messages.flatMap((message) =>
      fieldsOf(message).flatMap(({ number, value }) => (number === field && Buffer.isBuffer(value) ? [value] : [])),
    );
  return inside(inside(inside([bytes], 1), 2), 2).map((span) => {
    const fields = new Map(fieldsOf(span).map(({ number, value }) => [number, value]));
    const [name, start, end] = [fields.get(5), fields.get(7), fields.get(8)];
    const instant = (value: Buffer | bigint | undefined): bigint => (typeof value === 'bigint' ? value : 0n);
    return timed(Buffer.isBuffer(name) ? name.toString('utf8') : '', instant(start), instant(end));
  });
}

const timed = (name: string, start: bigint, end: bigint): TimedSpan => ({
  name,
  milliseconds: end > start ? Number(end - start) / 1e6 : 0,
});

interface Field {
  readonly number: number;
  readonly value: Buffer | bigint;
}

/** Up to the first byte that is no field. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; at < message.length && shift < 64n; shift += 7n) {
      const byte = message[at] ?? 0;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < message.length) {
    const tag = varint();
    if (tag === undefined) break;
    const wire = Number(tag & 7n);
    const size = wire === 2 ? Number(varint() ?? -1n) : wire === 1 ? 8 : wire === 5 ? 4 : 0;
    const value = wire === 0 ? varint() : undefined;
    if ((wire === 0 && value === undefined) || ![0, 1, 2, 5].includes(wire) || size < 0 || at + size > message.length)
      break;
    const bytes = message.subarray(at, at + size);
    at += size;
    fields.push({ number: Number(tag >> 3n), value: value ?? (wire === 1 ? bytes.readBigUInt64LE() : bytes) });
  }
  return fields;
}
