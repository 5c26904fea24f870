// Where an import leads in a tree that is only known by its paths: a past commit, of which no file is on disk. It follows what
// the resolver of real files follows; a package is one of the repository, or stays a name.
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { declarations, extensions, findFile } from '../pathFiles.ts';
import { packageOf, type WorkspacePackages } from '../workspacePackages.ts';

const tsconfigSchema = z.object({
  extends: z.union([z.string(), z.array(z.string())]).optional(),
  compilerOptions: z
    .object({ baseUrl: z.string().optional(), paths: z.record(z.string(), z.array(z.string())).optional() })
    .default({}),
});

interface PathMapping {
  /** The folder that targets are relative to. */
  readonly folder: string;
  readonly paths: readonly (readonly [pattern: string, targets: readonly string[]])[];
  readonly baseUrl: string | undefined;
}

export interface PathTree {
  readonly has: (path: string) => boolean;
  /** The text of a tsconfig; undefined when there is none. */
  readonly config: (path: string) => string | undefined;
}

export interface ResolvedPath {
  readonly name: string;
  readonly isFound: boolean;
  /** Every path that was looked for, without extension: if one of them comes or goes, the answer may be another. */
  readonly stems: readonly string[];
}

export class PathResolver {
  readonly #tree: PathTree;
  #packages: WorkspacePackages | undefined;
  readonly #mappings = new Map<string, PathMapping | undefined>();
  /** Answers by the folder and the name that was asked for, and which of them depend on a path. */
  readonly #known = new Map<string, ResolvedPath>();
  readonly #byStem = new Map<string, string[]>();

  constructor(tree: PathTree) {
    this.#tree = tree;
  }

  /** To be called when a tsconfig changed, or which packages the repository has. */
  forgetConfigs(packages: WorkspacePackages | undefined): void {
    this.#packages = packages;
    this.#mappings.clear();
    this.#known.clear();
    this.#byStem.clear();
  }

  /** To be called when a path came or went. */
  forgetPath(path: string): void {
    this.#packages?.forgetAnswers();
    for (const stem of [stemOf(path), path]) {
      for (const key of this.#byStem.get(stem) ?? []) this.#known.delete(key);
      this.#byStem.delete(stem);
    }
  }

  resolve(from: string, specifier: string): ResolvedPath {
    const key = `${from.slice(0, from.lastIndexOf('/') + 1)}\n${specifier}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const resolved = this.#resolve(from, specifier);
    this.#known.set(key, resolved);
    for (const stem of resolved.stems) {
      const keys = this.#byStem.get(stem);
      if (keys === undefined) this.#byStem.set(stem, [key]);
      else keys.push(key);
    }
    return resolved;
  }

  #resolve(from: string, specifier: string): ResolvedPath {
    if (specifier.startsWith('node:')) return { name: specifier, isFound: true, stems: [] };
    const bare = specifier.replace(/(?!^)[?#].*$/, '');
    const folder = posix.dirname(from);
    if (/^\.{1,2}(?:\/|$)/.test(bare)) {
      const wanted = posix.normalize(posix.join(folder, bare)).replace(/\/$/, '');
      const found =
        findFile(this.#tree.has, wanted) ??
        declarations.map((added) => wanted + added).find((path) => this.#tree.has(path));
      return { name: found ?? bare, isFound: found !== undefined, stems: [stemOf(wanted)] };
    }
    const stems: string[] = [];
    for (const wanted of this.#mapped(folder, bare)) {
      stems.push(stemOf(wanted));
      const found = findFile(this.#tree.has, wanted);
      if (found !== undefined) return { name: found, isFound: true, stems };
    }
    if (isBuiltin(bare)) return { name: `node:${bare}`, isFound: true, stems };
    const own = this.#packages?.find(from, bare);
    if (own !== undefined) return { name: own.name, isFound: true, stems: [...stems, ...own.tried.map(stemOf)] };
    if (bare.startsWith('/') || bare.startsWith('#')) return { name: bare, isFound: false, stems };
    return { name: `npm:${packageOf(bare)}`, isFound: true, stems };
  }

  /** What the nearest tsconfig makes of a name that is no path. */
  #mapped(folder: string, bare: string): string[] {
    const mapping = this.#mappingOf(folder);
    if (mapping === undefined) return [];
    const candidates: string[] = [];
    const fitting = mapping.paths
      .filter(([pattern]) => fits(pattern, bare) !== undefined)
      .sort(([a], [b]) => b.replace('*', '').length - a.replace('*', '').length);
    const [best] = fitting;
    if (best !== undefined)
      for (const target of best[1])
        candidates.push(posix.normalize(posix.join(mapping.folder, target.replace('*', fits(best[0], bare) ?? ''))));
    if (mapping.baseUrl !== undefined) candidates.push(posix.normalize(posix.join(mapping.baseUrl, bare)));
    return candidates;
  }

  #mappingOf(folder: string): PathMapping | undefined {
    if (this.#mappings.has(folder)) return this.#mappings.get(folder);
    const own = ['tsconfig.json', 'jsconfig.json'].map((name) => posix.join(folder, name));
    const path = own.find((one) => this.#tree.config(one) !== undefined) ?? '';
    const text = this.#tree.config(path);
    const mapping =
      text === undefined
        ? folder === '.'
          ? undefined
          : this.#mappingOf(posix.dirname(folder))
        : this.#read(path, text, 0);
    this.#mappings.set(folder, mapping);
    return mapping;
  }

  #read(path: string, text: string, depth: number): PathMapping {
    const folder = posix.dirname(path);
    const parsed = tsconfigSchema.safeParse(parseDocument(withoutComments(text)).toJS());
    if (!parsed.success) return { folder, paths: [], baseUrl: undefined };
    const { baseUrl, paths } = parsed.data.compilerOptions;
    const base = baseUrl === undefined ? undefined : posix.normalize(posix.join(folder, baseUrl));
    if (paths !== undefined || depth > 3)
      return { folder: base ?? folder, paths: Object.entries(paths ?? {}), baseUrl: base };
    for (const parent of [parsed.data.extends ?? []].flat().reverse()) {
      if (!parent.startsWith('.')) continue;
      const named = posix.normalize(posix.join(folder, parent));
      const at = named.endsWith('.json') ? named : `${named}.json`;
      const inherited = this.#tree.config(at);
      if (inherited === undefined) continue;
      const mapping = this.#read(at, inherited, depth + 1);
      return { ...mapping, baseUrl: base ?? mapping.baseUrl };
    }
    return { folder, paths: [], baseUrl: base };
  }
}

const withoutComments = (text: string): string =>
  text.replace(/("(?:\\.|[^"\\])*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (_, literal: string | undefined) => literal ?? '');

/** What `*` stands for; undefined when the pattern does not fit. */
function fits(pattern: string, name: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === name ? '' : undefined;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const isFit = name.startsWith(before) && name.endsWith(after) && name.length >= before.length + after.length;
  return isFit ? name.slice(before.length, name.length - after.length) : undefined;
}

/** A path without its extension and without a last `index`, by which those that may answer one import are found. */
export function stemOf(path: string): string {
  const declaration = declarations.find((one) => path.endsWith(one));
  if (declaration !== undefined) return path.slice(0, path.length - declaration.length);
  const extension = posix.extname(path);
  const stem = extensions.includes(extension) ? path.slice(0, path.length - extension.length) : path;
  return stem.replace(/(?:^|\/)index$/, '');
}
