// Python packages that are installed "editable" lead from their environment back into the checkout that they were installed in.
// A command in a worktree has to find the worktree's own code instead, so that it is judged by what it would be.
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { wayInside } from '../paths.ts';

const environments = ['.venv', 'venv', 'env'];

/**
 * Variables for a command in `cwd` that stands for one of the roots.
 * @param roots folders whose dependency folders the command uses
 */
export async function editableVariables(
  roots: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const own: string[] = [];
  for (const root of roots) {
    if (wayInside(root, cwd) !== undefined) continue;
    for (const folder of await packageFolders(root, env))
      for (const source of await sourcesNamedIn(folder)) {
        const way = wayInside(root, source);
        if (way !== undefined) own.push(join(cwd, way));
      }
  }
  if (own.length === 0) return {};
  // What is named there comes before what the environment of Python itself names.
  const { PYTHONPATH: before } = env;
  return { PYTHONPATH: [...new Set(own), ...(before === undefined ? [] : [before])].join(delimiter) };
}

const listed = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Those of the environments in the root, of the pythons on the path, and of the person. */
async function packageFolders(root: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  const onPath = (env.PATH ?? '').split(delimiter).filter((path) => basename(path) === 'bin');
  const prefixes = new Set([
    ...environments.map((name) => join(root, name)),
    ...onPath.map((path) => dirname(path)),
    ...(env.HOME === undefined ? [] : [join(env.HOME, '.local')]),
  ]);
  const found: string[] = [];
  for (const prefix of prefixes) {
    for (const name of await listed(join(prefix, 'lib')))
      if (name.startsWith('python')) found.push(join(prefix, 'lib', name, 'site-packages'));
    if (process.platform === 'win32') found.push(join(prefix, 'Lib', 'site-packages'));
  }
  return found;
}

/** Folders of sources: the lines of `.pth` files, and those of packages that a finder of setuptools maps. */
async function sourcesNamedIn(folder: string): Promise<string[]> {
  const named: string[] = [];
  for (const name of await listed(folder)) {
    const isFinder = /^__editable__.*finder\.py$/.test(name);
    if (!isFinder && !name.endsWith('.pth')) continue;
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    if (isFinder) for (const [, path = ''] of text.matchAll(/: *['"]([^'"\n]+)['"]/g)) named.push(dirname(path));
    else named.push(...text.split(/\r?\n/));
  }
  const real = named.filter(isAbsolute).map((path) => realpath(path).catch(() => path));
  return await Promise.all(real);
}
