// Where an import leads: a file of the repository, a package (`npm:NAME`) or a built-in of Node (`node:NAME`).

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, posix, relative, resolve } from 'node:path';
import type { ResolverFactory } from 'oxc-resolver';
import { Installs } from './installs.ts';
import { declarations, extensionAliases, extensions } from './pathFiles.ts';
import { isManifest, packageOf, WorkspacePackages } from './workspacePackages.ts';

export interface ResolvedImport {
  readonly name: string;
  /** Why the import could not be followed, or null. */
  readonly problem: string | null;
}

/** An import that leads nowhere: the same for all files of a folder, until packages are installed. */
interface Failure {
  readonly name: string;
  readonly what: 'path' | 'tsconfig';
  readonly why: string;
}

function told(from: string, specifier: string, { name, what, why }: Failure): ResolvedImport {
  const problem =
    what === 'path'
      ? `${from} imports ${specifier}, which cannot be found: ${why}`
      : `Imports cannot be followed: ${why}`;
  return { name, problem };
}

export class ImportResolver {
  readonly #root: string;
  readonly #prefix: string;
  readonly #paths: { keys(): Iterable<string>; has(path: string): boolean };
  #packages: WorkspacePackages | undefined;
  readonly #resolver: ResolverFactory;
  /** For paths beside the file, which no tsconfig is needed for. */
  readonly #plain: ResolverFactory;
  /** Resolvers that go by one configuration, by its path. */
  readonly #byConfig = new Map<string, ResolverFactory>();
  readonly #withConfig: (config: string) => ResolverFactory;
  /** By configuration and name; null for none. */
  readonly #aliases = new Map<string, string | null>();
  /** By folder; null for none. */
  readonly #configs = new Map<string, string | null>();
  readonly #known = new Map<string, ResolvedImport>();
  readonly #failed = new Map<string, Failure>();
  /** Those that might have brought what was not found. */
  readonly #installs: Installs;

  /**
   * @param root a folder with the files of the tree; real files, since packages and tsconfig are looked up
   * @param paths those of the tree
   */
  constructor(root: string, paths: { keys(): Iterable<string>; has(path: string): boolean }) {
    this.#paths = paths;
    this.#root = realpathSync(root);
    this.#prefix = `${this.#root}/`;
    this.#installs = new Installs(this.#root, (folder) =>
      paths.has(`${folder.slice(this.#prefix.length)}/package.json`),
    );
    // Loaded here and not above: the native module is needed by this process only when a rule asks.
    const { ResolverFactory } = createRequire(import.meta.url)('oxc-resolver');
    const options = {
      extensions,
      extensionAlias: extensionAliases,
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
      mainFields: ['types', 'module', 'main'],
    };
    this.#resolver = new ResolverFactory({ ...options, tsconfig: 'auto' });
    this.#withConfig = (config) =>
      new ResolverFactory({ ...options, tsconfig: { configFile: join(this.#root, config) } });
    // A name of a package whose declaration the repository keeps is still the package; a path may be a declaration alone.
    this.#plain = new ResolverFactory({ ...options, extensions: [...extensions, ...declarations] });
  }

  resolve(from: string, specifier: string): ResolvedImport {
    const key = `${from.slice(0, from.lastIndexOf('/') + 1)}\n${specifier}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const failed = this.#failed.get(key);
    if (failed !== undefined) return told(from, specifier, failed);
    const resolved = this.#resolve(from, specifier);
    if ('why' in resolved) {
      this.#failed.set(key, resolved);
      const folder = dirname(join(this.#root, from));
      if (resolved.what === 'path') this.#installs.notePath(resolve(folder, resolved.name));
      this.#installs.notePackages(folder);
      return told(from, specifier, resolved);
    }
    this.#known.set(key, resolved);
    return resolved;
  }

  /** Whether something that was not found may be there now: packages are installed beside the tree, which does not tell. */
  get isStale(): boolean {
    return this.#installs.haveChanged;
  }

  #resolve(from: string, specifier: string): ResolvedImport | Failure {
    if (specifier.startsWith('node:')) return { name: specifier, problem: null };
    const bare = specifier.replace(/(?!^)[?#].*$/, '');
    const isInternal = bare.startsWith('#');
    const isPath = bare.startsWith('.') || bare.startsWith('/');
    const isBeside = /^\.{1,2}(?:\/|$)/.test(bare);
    const file = join(this.#root, from);
    const beside = isBeside ? this.#plain.resolveFileSync(file, bare) : undefined;
    const found = beside?.path === undefined ? this.#resolver.resolveFileSync(file, bare) : beside;
    const path = found.path === undefined ? undefined : this.#relative(found.path);
    if (path !== undefined && (isPath || this.#paths.has(path))) return { name: path, problem: null };
    if (isPath) {
      // An asset that a bundler loads has no resolver's extension; that it is there is enough.
      const plain = join(this.#root, dirname(from), bare);
      const isThere = statSync(plain, { throwIfNoEntry: false })?.isFile() === true;
      const asset = isThere ? this.#relative(plain) : undefined;
      if (asset !== undefined) return { name: asset, problem: null };
      return { name: bare, what: 'path', why: found.error ?? 'no such file' };
    }
    const aliased = found.path === undefined ? this.#aliased(from, bare) : undefined;
    if (aliased !== undefined) return { name: aliased, problem: null };
    if (path === undefined && isBuiltin(bare)) return { name: `node:${bare}`, problem: null };
    // What packages are installed beside the tree decides from here on.
    this.#installs.notePackages(dirname(file));
    // A package that is installed from elsewhere has a name that one of the repository may have too.
    const own = found.path === undefined || path !== undefined ? this.#own.find(from, bare) : undefined;
    if (own !== undefined || path !== undefined) return { name: own?.name ?? path ?? bare, problem: null };
    if (found.error !== undefined && /tsconfig/i.test(found.error))
      return { name: bare, what: 'tsconfig', why: found.error };
    if (!isInternal) return { name: `npm:${packageOf(bare)}`, problem: null };
    const [, outside] = /.*\/node_modules\/(.*)$/.exec(found.path ?? '') ?? [];
    if (outside !== undefined) return { name: `npm:${packageOf(outside)}`, problem: null };
    return { name: bare, what: 'path', why: found.error ?? 'no such name' };
  }

  /**
   * The file of the tree that a name means by the paths of the nearest configuration, also in files that this does not include:
   * tests and scripts use the same names, and their own tools follow them.
   */
  #aliased(from: string, bare: string): string | undefined {
    const config = this.#configOf(posix.dirname(from));
    if (config === undefined) return undefined;
    // Paths of a configuration mean the same wherever they are used.
    const key = `${config}\n${bare}`;
    if (this.#aliases.has(key)) return this.#aliases.get(key) ?? undefined;
    let resolver = this.#byConfig.get(config);
    if (resolver === undefined) {
      resolver = this.#withConfig(config);
      this.#byConfig.set(config, resolver);
    }
    const found = resolver.resolveFileSync(join(this.#root, from), bare).path;
    const path = found === undefined ? undefined : this.#relative(found);
    const aliased = path !== undefined && this.#paths.has(path) ? path : undefined;
    this.#aliases.set(key, aliased ?? null);
    return aliased;
  }

  /** The nearest configuration of the tree in a folder or above it. */
  #configOf(folder: string): string | undefined {
    if (this.#configs.has(folder)) return this.#configs.get(folder) ?? undefined;
    const own = ['tsconfig.json', 'jsconfig.json'].map((name) => posix.join(folder, name));
    const found = own.find((path) => this.#paths.has(path));
    const config = found ?? (folder === '.' ? undefined : this.#configOf(posix.dirname(folder)));
    this.#configs.set(folder, config ?? null);
    return config;
  }

  /** The packages of the repository. */
  get #own(): WorkspacePackages {
    this.#packages ??= new WorkspacePackages([...this.#paths.keys()].filter(isManifest).sort(), {
      has: (path) => this.#paths.has(path),
      text: (path) => textAt(join(this.#root, path)),
    });
    return this.#packages;
  }

  /** The path in the repository; undefined for what lies outside or among the dependencies. */
  #relative(absolute: string): string | undefined {
    // What the resolver gives is mostly plain.
    if (absolute.startsWith(this.#prefix) && !absolute.includes('..') && !absolute.includes('\\'))
      return absolute.includes('/node_modules/') ? undefined : absolute.slice(this.#prefix.length);
    const path = relative(this.#root, absolute).replaceAll('\\', '/');
    return path.startsWith('..') || path.split('/').includes('node_modules') ? undefined : path;
  }
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It went meanwhile: then it says nothing.
    return undefined;
  }
}
