// Ever shorter forms of one conversation, for every model with a window. The boundary of what is left out moves in strides,
// so that the requests between two strides begin with the same bytes. Pure: the level and the length of the history decide.
import { framed } from './prompts/frame.ts';

/** How a conversation is made to fit into the window. */
export interface Layout {
  /** Turns from the beginning whose tool results, and long inputs, are left out. */
  readonly elided: number;
  /** Characters that are kept of every other tool result. */
  readonly longestResult: number;
}

export const unshortened: Layout = { elided: 0, longestResult: Number.POSITIVE_INFINITY };

/** Turns that are left out at a time. */
const stride = 8;
/** The newest turns, whose results are always kept, if only in part. */
const kept = 2;
/** Characters of each result that is kept, when leaving out alone does not do. */
const cuts = [8_000, 2_000];
/** Characters of one value in a call whose results are left out. */
const longestElidedValue = 500;

/** undefined beyond the shortest form. */
export function layoutAt(level: number, turns: number): Layout | undefined {
  const most = Math.max(0, turns - kept);
  const strides = Math.ceil(most / stride);
  const elided = Math.min(level * stride, most);
  if (level <= strides) return { elided, longestResult: Number.POSITIVE_INFINITY };
  const longestResult = turns === 0 ? undefined : cuts[level - strides - 1];
  return longestResult === undefined ? undefined : { elided: most, longestResult };
}

/** A tool's result as the turn of this number shows it: as data, or as a note that it is missing. */
export function shownResult(content: string, turn: number, layout: Layout): string {
  return turn < layout.elided ? leftOut(content) : framed('tool result', shortened(content, layout));
}

function shortened(content: string, { longestResult }: Layout): string {
  if (content.length <= longestResult) return content;
  const half = Math.floor(longestResult / 2);
  const missing = content.length - 2 * half;
  return `${content.slice(0, half)}\n(${missing} characters left out, since the conversation does not fit into the window of the model)\n${content.slice(-half)}`;
}

/** A call's input as the turn of this number shows it; always an object. */
export function shownInput(input: unknown, turn: number, { elided }: Layout): Record<string, unknown> {
  const sent = isObject(input) ? input : { malformed: String(input) };
  if (turn >= elided) return sent;
  return Object.fromEntries(
    Object.entries(sent).map(([key, value]) => [
      key,
      typeof value === 'string' && value.length > longestElidedValue ? leftOut(value) : value,
    ]),
  );
}

const leftOut = (content: string): string =>
  `(Left out, since the conversation does not fit into the window of the model: ${content.length} characters. Look again if you need them.)`;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
