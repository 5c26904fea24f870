// `.ratchet/config.yml` from text to a value. A mistake is told with its line; an unknown key with the nearest known one.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type * as z from 'zod';
import { configSchema, defaultConfig, type RatchetConfig } from '../protocol/config.ts';
import { failure, type Result, success } from '../protocol/result.ts';

export const configPath = '.ratchet/config.yml';

/** Without text, the default. `where` names the file in messages. */
export function parseConfig(text: string | undefined, where: string): Result<RatchetConfig> {
  if (text === undefined || text.trim() === '') return success(defaultConfig());
  const document = parseDocument(text);
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  const [syntax] = document.errors;
  if (syntax !== undefined)
    return failure('configuration', `${where}:${lineOf(syntax.pos[0])}: ${syntax.message.split('\n')[0]}`);
  const parsed = configSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return success(parsed.data);
  const messages = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String);
    const range = rangeOf(document.getIn(path, true));
    const line = range === undefined ? 1 : lineOf(range);
    return `${where}:${line}: ${path.join('.') || 'the file'}: ${messageOf(issue)}`;
  });
  return failure('configuration', messages.join('\n'));
}

/** The configuration of the working copy at `root`. */
export async function loadConfig(root: string): Promise<Result<RatchetConfig>> {
  const text = await readFile(join(root, configPath), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  return parseConfig(text, configPath);
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return issue.message;
  return issue.keys
    .map((key) => `${JSON.stringify(key)} is not known here${nearest(key, knownKeys(issue.path))}`)
    .join('; ');
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  let value: unknown = defaultConfig();
  for (const key of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  const optional: Record<string, string[]> = {
    '': ['prepare'],
    tests: ['command'],
    policy: ['model', 'file', 'run', 'effort', 'thinking', 'window', 'prices'],
    telemetry: ['otlpEndpoint'],
  };
  return [...Object.keys(Object(value)), ...(optional[path.join('.')] ?? [])];
}

function nearest(key: string, known: readonly string[]): string {
  const scored = known
    .map((name) => ({ name, distance: editDistance(key.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = scored;
  return best !== undefined && best.distance <= Math.max(2, key.length / 3)
    ? `; did you mean ${best.name}?`
    : `; known are ${known.join(', ')}`;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

function rangeOf(node: unknown): number | undefined {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  const start = Array.isArray(range) ? range[0] : undefined;
  return typeof start === 'number' ? start : undefined;
}
