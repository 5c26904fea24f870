// Perspectives as Markdown files with front matter: those that come with Ratchet, and a repository's own, which win by name.

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { failure, type Result, success } from '../protocol/result.ts';

export interface Perspective {
  readonly name: string;
  readonly description: string;
  readonly brief: string;
  /** Where it is from: a path in the repository, or null when it is built in. */
  readonly path: string | null;
}

export const perspectivesFolder = '.ratchet/perspectives';

/** The most characters of a brief: it goes into a prompt. */
const maxBrief = 8_000;

const frontMatterSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a name has small letters, digits and hyphens, at most 40')
    .optional(),
  description: z.string().default(''),
});

/** The file's name without `.md` is the perspective's name, unless the front matter says another. */
export function parsePerspective(text: string, file: string): Result<Omit<Perspective, 'path'>> {
  const [, yaml = '', body = text] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?([\s\S]*)$/.exec(text) ?? [];
  let values: unknown;
  try {
    values = parseYaml(yaml) ?? {};
  } catch (error) {
    return failure('configuration', `${file}: the front matter is not YAML: ${String(error).split('\n')[0]}`);
  }
  const parsed = frontMatterSchema.safeParse(values);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return failure(
      'configuration',
      `${file}: ${issue?.path.join('.') || 'front matter'}: ${issue?.message ?? 'not valid'}`,
    );
  }
  const brief = body.trim();
  const name = parsed.data.name ?? (file.split('/').at(-1) ?? '').replace(/\.md$/, '');
  if (brief === '') return failure('configuration', `${file}: the perspective says nothing below its front matter.`);
  if (brief.length > maxBrief) return failure('configuration', `${file}: more than ${maxBrief} characters.`);
  return success({ name, description: parsed.data.description, brief });
}

/** All that a working copy at `root` can name. A file that is not a perspective fails all: its name may be the one that is meant. */
export async function readPerspectives(root: string): Promise<Result<Perspective[]>> {
  const builtIn = await readFolder(builtInFolder(), null);
  if (!builtIn.ok) return builtIn;
  const own = await readFolder(join(root, perspectivesFolder), perspectivesFolder);
  if (!own.ok) return own;
  const byName = new Map([...builtIn.value, ...own.value].map((perspective) => [perspective.name, perspective]));
  return success([...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** The perspectives that a configuration names, in its order. */
export function choosePerspectives(
  wanted: readonly (string | { readonly name: string; readonly brief: string })[],
  known: readonly Perspective[],
): Result<{ name: string; brief: string }[]> {
  const chosen: { name: string; brief: string }[] = [];
  for (const item of wanted) {
    const found = typeof item === 'string' ? known.find(({ name }) => name === item) : item;
    if (found === undefined)
      return failure(
        'configuration',
        `.ratchet/config.yml: perspectives: there is no ${JSON.stringify(item)}. Known are ${known.map(({ name }) => name).join(', ')}; your own are Markdown files in ${perspectivesFolder}.`,
      );
    if (!chosen.some(({ name }) => name === found.name)) chosen.push({ name: found.name, brief: found.brief });
  }
  return success(chosen);
}

async function readFolder(folder: string, shownAs: string | null): Promise<Result<Perspective[]>> {
  const names = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith('.md')).sort() : [];
  const found: Perspective[] = [];
  for (const name of names) {
    const path = shownAs === null ? null : `${shownAs}/${name}`;
    const parsed = parsePerspective(await readFile(join(folder, name), 'utf8'), path ?? name);
    if (!parsed.ok) return parsed;
    found.push({ ...parsed.value, path });
  }
  return success(found);
}

/** Beside `dist` in the package, and beside `src` where the code runs unbundled; a chunk stands one folder deeper. */
function builtInFolder(): string {
  const here = import.meta.dirname;
  const folders = [join(here, '..', 'media', 'perspectives'), join(here, '..', '..', 'media', 'perspectives')];
  return folders.find((folder) => existsSync(folder)) ?? folders[0] ?? '';
}
