// A run as one file for others: the whole journal, with secrets and this machine's folders taken out, and chained anew. It is
// replayed like a journal, and its answers can be given again by the recorded policy.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { chainProblem, entryHash, firstPrevious } from '../controller/chain.ts';
import { redactSecrets } from '../policies/redact.ts';
import { canonicalJson } from '../protocol/canonicalJson.ts';
import { type JournalEntry, type JournalEvent, journalEntrySchema } from '../protocol/journal.ts';
import { parseJson } from '../protocol/parseJson.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import { sha256 } from './blobStore.ts';
import { replayRun } from './replayRun.ts';

/** The most characters of a cassette that is read. */
const maxCharacters = 500_000_000;

/** JSON lines. Paths of the repository and of the home folder become `<repository>` and `<home>`. */
export function cassetteOf(entries: readonly JournalEntry[], root: string): string {
  const folders: [string, string][] = [
    [root, '<repository>'],
    [homedir(), '<home>'],
  ];
  const clean = (text: string): string =>
    redactSecrets(
      folders.reduce((left, [folder, name]) => (folder.length > 1 ? left.replaceAll(folder, name) : left), text),
    );
  let previous = firstPrevious;
  const lines = entries.map(({ index, at, event }) => {
    const cleaned = journalEntrySchema.shape.event.parse(mapStrings(event, clean));
    const unsigned = { index, at, previous, event: withDigest(cleaned) };
    const entry = { ...unsigned, hash: entryHash(unsigned, sha256) };
    previous = entry.hash;
    return JSON.stringify(entry);
  });
  return `${lines.join('\n')}\n`;
}

/** The file, and whether the workflow does on it what is recorded. */
export async function exportCassette(
  entries: readonly JournalEntry[],
  root: string,
): Promise<Result<{ text: string; replays: boolean }>> {
  const text = cassetteOf(entries, root);
  const read = parseCassette(text, 'the recording');
  if (!read.ok) return read;
  const { identical } = await replayRun(
    entries[0]?.event.type === 'runStarted' ? entries[0].event.runId : '',
    read.value,
  );
  return success({ text, replays: identical });
}

/** What was taken out of an input changes its digest, which a replay compares. */
const withDigest = (event: JournalEvent): JournalEvent =>
  event.type === 'activityScheduled' ? { ...event, inputDigest: sha256(canonicalJson(event.input)) } : event;

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapStrings(item, change)]));
}

/** Fails with `noSuchRun` where there is no such file, and with `damaged` where a line is not what was written. */
export async function readCassette(path: string): Promise<Result<JournalEntry[]>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string')
    return failure('noSuchRun', `The recording ${path} cannot be read: ${text.code ?? text.message}.`);
  if (text.length > maxCharacters) return failure('damaged', `The recording ${path} is too large.`);
  return parseCassette(text, path);
}

function parseCassette(text: string, path: string): Result<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const parsed = journalEntrySchema.safeParse(parseJson(line));
    if (!parsed.success) return failure('damaged', `${path}:${index + 1} is no entry of a run.`);
    const problem = chainProblem(parsed.data, entries.at(-1), sha256);
    if (problem !== null) return failure('damaged', `${path}:${index + 1}: ${problem}.`);
    entries.push(parsed.data);
  }
  if (entries[0]?.event.type !== 'runStarted')
    return failure('damaged', `${path} does not begin with the start of a run.`);
  return success(entries);
}
