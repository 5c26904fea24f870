// Where imports of Python and Go lead, by the paths of the tree alone: nothing is run, and no environment is looked up.
import { posix } from 'node:path';

export class TextEdges {
  readonly #paths: ReadonlySet<string>;
  readonly #goFiles = new Map<string, string[]>();
  /** Folders with a `go.mod`, longest first, and the names of their modules. */
  readonly #modules: readonly { readonly folder: string; readonly name: string }[];

  /** @param paths of the tree, and those that the change deleted */
  constructor(paths: Iterable<string>, modules: readonly { readonly folder: string; readonly name: string }[]) {
    this.#paths = new Set(paths);
    this.#modules = [...modules].sort((a, b) => b.folder.length - a.folder.length);
    for (const path of this.#paths)
      if (path.endsWith('.go') && !path.endsWith('_test.go')) {
        const folder = posix.dirname(path);
        this.#goFiles.set(folder, [...(this.#goFiles.get(folder) ?? []), path]);
      }
  }

  of(path: string, imports: readonly string[]): string[] {
    const found = path.endsWith('.py') ? this.#python(path, imports) : this.#go(path, imports);
    return [...new Set(found)].filter((one) => one !== path);
  }

  #python(from: string, imports: readonly string[]): string[] {
    const above = foldersAbove(from);
    // pytest loads these of every folder above a test.
    const implied = above.map((folder) => posix.join(folder, 'conftest.py')).filter((path) => this.#paths.has(path));
    return [...implied, ...imports.flatMap((name) => this.#pythonModule(from, name, above))];
  }

  #pythonModule(from: string, name: string, above: readonly string[]): string[] {
    const dots = /^\.*/.exec(name)?.[0].length ?? 0;
    const parts = name
      .slice(dots)
      .split('.')
      .filter((part) => part !== '');
    const roots =
      dots > 0
        ? [posix.join(posix.dirname(from), ...Array<string>(dots - 1).fill('..'))]
        : above.flatMap((folder) => [folder, posix.join(folder, 'src'), posix.join(folder, 'lib')]);
    for (const root of roots) {
      const target = posix.join(root, ...parts);
      const files = [`${target}.py`, posix.join(target, '__init__.py')].filter((path) => this.#paths.has(path));
      if (files.length === 0) continue;
      // Loading a module loads the packages around it first.
      const around = parts.map((_, length) => posix.join(root, ...parts.slice(0, length), '__init__.py'));
      return [...files, ...around.filter((path) => this.#paths.has(path))];
    }
    return [];
  }

  /** A file in Go sees all of its package, which is its folder. */
  #go(from: string, imports: readonly string[]): string[] {
    const own = this.#goFiles.get(posix.dirname(from)) ?? [];
    const others = imports.flatMap((name) => {
      const module = this.#modules.find((one) => name === one.name || name.startsWith(`${one.name}/`));
      if (module === undefined) return [];
      return this.#goFiles.get(posix.join(module.folder, name.slice(module.name.length))) ?? [];
    });
    return [...own, ...others];
  }
}

/** The folder of a path and those around it, nearest first; `.` is the last. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    folders.push(folder);
    if (folder === '.' || folder === '/') return folders;
  }
}
