import { array, assert, asyncProperty, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageLines } from './messageLines.ts';

async function read(chunks: readonly Uint8Array[], limit: number): Promise<(string | null)[]> {
  async function* stream() {
    yield* chunks;
  }
  const lines: (string | null)[] = [];
  for await (const line of messageLines(stream(), limit)) lines.push(line);
  return lines;
}
const bytes = (text: string) => new TextEncoder().encode(text);

describe('messageLines', () => {
  it('gives the lines wherever the stream is cut', async () => {
    await assert(
      asyncProperty(array(string({ unit: 'binary' })), uint8Array({ maxLength: 20 }), async (texts, cuts) => {
        const lines = texts.map((text) => text.replaceAll('\n', ' '));
        let rest = bytes(lines.map((line) => `${line}\n`).join(''));
        const chunks: Uint8Array[] = [];
        for (const cut of cuts) {
          chunks.push(rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        expect(await read([...chunks, rest], 1_000_000)).toEqual(lines);
      }),
    );
  });

  it('says that a line is too long, and goes on with the next', async () => {
    expect(await read([bytes('a\n1234'), bytes('56\nb'), bytes('\n12345\nlast')], 5)).toEqual([
      'a',
      null,
      'b',
      '12345',
      'last',
    ]);
  });
});
