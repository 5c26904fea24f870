// Which file of a tree a path without its extension means, as the resolver of real files has it. By the tree's paths alone.
import { posix } from 'node:path';

export const extensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json', '.node'];
export const declarations = ['.d.ts', '.d.mts', '.d.cts'];
/** What stands in the sources where an import has the extension of what is built. */
export const extensionAliases: Readonly<Record<string, string[]>> = {
  '.js': ['.ts', '.tsx', '.js'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
  '.jsx': ['.tsx', '.jsx'],
};

export function findFile(has: (path: string) => boolean, wanted: string): string | undefined {
  const extension = posix.extname(wanted);
  const stem = wanted.slice(0, wanted.length - extension.length);
  for (const alias of extensionAliases[extension] ?? []) if (has(stem + alias)) return stem + alias;
  if (has(wanted)) return wanted;
  for (const added of extensions) if (has(wanted + added)) return wanted + added;
  const inFolder = wanted === '.' ? '' : `${wanted}/`;
  for (const added of extensions) if (has(`${inFolder}index${added}`)) return `${inFolder}index${added}`;
  return undefined;
}
