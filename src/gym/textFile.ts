// Text of a file with what must be kept around it: byte order mark and line endings.
export interface TextFile {
  /** Without a byte order mark, with `\n` as the only line ending if the file has one kind of ending. */
  readonly text: string;
  readonly hasBom: boolean;
  /** What every line of the file ends with; `mixed` files are edited as they are. */
  readonly endings: '\n' | '\r\n' | 'mixed';
}

const bom = '\uFEFF';

/** undefined for bytes that are not UTF-8 text. */
export function parseTextFile(bytes: Uint8Array): TextFile | undefined {
  if (bytes.includes(0)) return undefined;
  let raw: string;
  try {
    raw = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
  const hasBom = raw.startsWith(bom);
  const text = hasBom ? raw.slice(1) : raw;
  const lines = text.split('\n').length - 1;
  const carriageReturns = text.split('\r\n').length - 1;
  if (carriageReturns === 0) return { text, hasBom, endings: '\n' };
  if (carriageReturns === lines) return { text: text.replaceAll('\r\n', '\n'), hasBom, endings: '\r\n' };
  return { text, hasBom, endings: 'mixed' };
}

export function formatTextFile(file: TextFile): Uint8Array {
  const text = file.endings === '\r\n' ? file.text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n') : file.text;
  return new TextEncoder().encode((file.hasBom ? bom : '') + text);
}
