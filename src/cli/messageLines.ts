// Cuts a stream into lines. A line that is too long is told as such, and is never held in memory as a whole.

/** `null` stands for a line of more than `limit` bytes. The last line needs no line feed. */
export async function* messageLines(
  input: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<string | null, void, undefined> {
  const decoder = new TextDecoder();
  let held: Uint8Array[] = [];
  let size = 0;
  const finish = (): string | null => {
    const text = size > limit ? null : decoder.decode(Buffer.concat(held));
    held = [];
    size = 0;
    return text;
  };
  for await (const chunk of input) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      hold(chunk.subarray(from, end));
      from = end + 1;
      yield finish();
    }
    hold(chunk.subarray(from));
  }
  if (size > 0) yield finish();

  function hold(part: Uint8Array): void {
    size += part.length;
    if (size > limit) held = [];
    else if (part.length > 0) held.push(part);
  }
}
