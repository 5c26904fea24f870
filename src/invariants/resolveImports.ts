// Where an import leads: a file of the repository, a package (`npm:NAME`) or a built-in of Node (`node:NAME`).

import { existsSync, realpathSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { ResolverFactory } from 'oxc-resolver';

export interface ResolvedImport {
  readonly name: string;
  /** Why the import could not be followed, or null. */
  readonly problem: string | null;
}

const extensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json', '.node'];

export class ImportResolver {
  readonly #root: string;
  readonly #resolver: ResolverFactory;

  /** @param root a folder with the files of the tree; real files, since packages and tsconfig are looked up */
  constructor(root: string) {
    this.#root = realpathSync(root);
    // Loaded here and not above: the native module is needed by this process only when a rule asks.
    const { ResolverFactory } = createRequire(import.meta.url)('oxc-resolver');
    this.#resolver = new ResolverFactory({
      extensions,
      extensionAlias: {
        '.js': ['.ts', '.tsx', '.js'],
        '.mjs': ['.mts', '.mjs'],
        '.cjs': ['.cts', '.cjs'],
        '.jsx': ['.tsx', '.jsx'],
      },
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
      mainFields: ['types', 'module', 'main'],
      tsconfig: 'auto',
    });
  }

  resolve(from: string, specifier: string): ResolvedImport {
    if (specifier.startsWith('node:')) return { name: specifier, problem: null };
    const bare = specifier.replace(/[?#].*$/, '');
    const isPath = bare.startsWith('.') || bare.startsWith('/') || bare.startsWith('#');
    const found = this.#resolver.resolveFileSync(join(this.#root, from), bare);
    const path = found.path === undefined ? undefined : this.#relative(found.path);
    if (path !== undefined) return { name: path, problem: null };
    if (isPath) {
      // An asset that a bundler loads has no resolver's extension; that it is there is enough.
      const plain = join(this.#root, dirname(from), bare);
      const asset = existsSync(plain) ? this.#relative(plain) : undefined;
      if (asset !== undefined) return { name: asset, problem: null };
      return {
        name: bare,
        problem: `${from} imports ${specifier}, which cannot be found: ${found.error ?? 'no such file'}`,
      };
    }
    if (found.error !== undefined && /tsconfig/i.test(found.error))
      return { name: bare, problem: `Imports of ${from} cannot be followed: ${found.error}` };
    if (isBuiltin(bare)) return { name: `node:${bare}`, problem: null };
    return { name: `npm:${packageOf(bare)}`, problem: null };
  }

  /** The path in the repository; undefined for what lies outside or among the dependencies. */
  #relative(absolute: string): string | undefined {
    const path = relative(this.#root, absolute).replaceAll('\\', '/');
    return path.startsWith('..') || path.split('/').includes('node_modules') ? undefined : path;
  }
}

function packageOf(specifier: string): string {
  const [first = '', second] = specifier.split('/');
  return first.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
}
