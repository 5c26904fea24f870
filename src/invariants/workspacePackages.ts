// The packages that a repository keeps itself (workspaces of npm, yarn and pnpm), and where their names lead in it: to sources,
// whether or not anything was installed or built. By paths and manifests alone, so that it holds for past commits too.
import { posix } from 'node:path';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { globMatcher } from './globs.ts';
import { internalsOf, type Manifest, readManifest, strings, targetsOf } from './packageManifest.ts';
import { extensions, findFile } from './pathFiles.ts';

export interface ManifestTree {
  readonly has: (path: string) => boolean;
  /** The text of a manifest; undefined when it cannot be read. */
  readonly text: (path: string) => string | undefined;
}

export interface PackagePath {
  /** A file of the tree, the folder of the package where none can be told, or `npm:NAME`. */
  readonly name: string;
  /** Every path that was looked for: if one of them comes or goes, the answer may be another. */
  readonly tried: readonly string[];
}

interface Member {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** A folder whose manifest says which packages belong together, with these by name. */
interface Root {
  readonly folder: string;
  readonly members: ReadonlyMap<string, Member>;
}

const pnpmSchema = z.object({ packages: strings });
const limits = { roots: 100, globs: 100, globLength: 300, segments: 12 };

export const isManifest = (path: string): boolean =>
  /(?:^|\/)(?:package\.json|pnpm-workspace\.yaml)$/.test(path) && !/(?:^|\/)node_modules\//.test(path);

export class WorkspacePackages {
  readonly #tree: ManifestTree;
  readonly #manifests = new Map<string, Manifest>();
  /** The innermost first. */
  readonly #roots: Root[] = [];
  readonly #known = new Map<string, PackagePath>();
  readonly #globs = new Map<string, readonly string[]>();

  /**
   * @param paths the manifests of the tree
   * @param read what was read before, by its text: of a history most stay as they are
   */
  constructor(paths: readonly string[], tree: ManifestTree, read = new Map<string, Manifest | undefined>()) {
    this.#tree = tree;
    const globs = this.#globs;
    for (const path of paths) {
      const folder = posix.dirname(path);
      const text = tree.text(path) ?? '';
      if (path.endsWith('.yaml')) globs.set(folder, pnpmGlobs(text));
      else {
        if (!read.has(text)) read.set(text, readManifest(text));
        const manifest = read.get(text);
        if (manifest === undefined) continue;
        this.#manifests.set(folder, manifest);
        if (manifest.workspaces !== undefined && !globs.has(folder)) globs.set(folder, manifest.workspaces);
      }
    }
    const byDepth = [...this.#manifests].sort(([a], [b]) => depthOf(a) - depthOf(b));
    for (const [folder, named] of [...globs].slice(0, limits.roots))
      this.#roots.push({ folder, members: membersOf(folder, named, byDepth) });
    this.#roots.sort((a, b) => depthOf(b.folder) - depthOf(a.folder));
  }

  /** What the answers depend on beside the paths of the tree. */
  get digest(): string {
    return JSON.stringify([[...this.#globs], [...this.#manifests].map(([folder, { json }]) => [folder, json])]);
  }

  /** Where a name leads from a file; undefined when it is none of a package of the repository. */
  find(from: string, specifier: string): PackagePath | undefined {
    const owner = specifier.startsWith('#') ? this.#owner(from) : undefined;
    if (specifier.startsWith('#')) return owner === undefined ? undefined : this.#internal(from, owner, specifier);
    const name = packageOf(specifier);
    const root = this.#roots.find(({ folder, members }) => isBelow(from, folder) && members.has(name));
    const member = root?.members.get(name);
    if (root === undefined || member === undefined) return undefined;
    const key = `${root.folder}\n${specifier}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = this.#source(member, specifier.slice(name.length).replace(/^\/|\/$/g, ''));
    // The top folder is no answer: everything is below it.
    if (found.name === '.') return undefined;
    this.#known.set(key, found);
    return found;
  }

  /** To be called when a path came or went. */
  forgetAnswers(): void {
    this.#known.clear();
  }

  #internal(from: string, { folder, manifest }: Member, specifier: string): PackagePath | undefined {
    const tried: string[] = [];
    for (const target of internalsOf(manifest, specifier)) {
      if (target.startsWith('#')) continue;
      if (!target.startsWith('.')) return this.find(from, target) ?? { name: `npm:${packageOf(target)}`, tried };
      const found = this.#fileOf(folder, sourcesOf(target), tried);
      if (found !== undefined) return { name: found, tried };
    }
    return undefined;
  }

  #source({ folder, manifest }: Member, sub: string): PackagePath {
    const targets = targetsOf(manifest, sub);
    const entry = sub === '' ? 'index' : sub;
    // Where a file was named and is gone, another one would be a guess.
    const isNamed = targets !== undefined && targets.length > 0;
    const wanted = isNamed ? targets.flatMap(sourcesOf) : ['', ...sourceFolders].map((at) => at + entry);
    const tried: string[] = [];
    return { name: this.#fileOf(folder, wanted, tried) ?? folder, tried };
  }

  #fileOf(folder: string, wanted: readonly string[], tried: string[]): string | undefined {
    for (const inside of wanted) {
      const path = posix.normalize(posix.join(folder, inside)).replace(/\/$/, '');
      if (!isBelow(path, folder) || path === folder) continue;
      tried.push(path);
      const found = findFile(this.#tree.has, path);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The package that a file belongs to. */
  #owner(from: string): Member | undefined {
    for (let folder = posix.dirname(from); ; folder = posix.dirname(folder)) {
      const manifest = this.#manifests.get(folder);
      if (manifest !== undefined) return { folder, manifest };
      if (folder === '.' || folder === '/') return undefined;
    }
  }
}

const sourceFolders = ['src/', 'source/', 'lib/', 'app/'];
/** Folders that builds write to, and such within them. */
const isBuilt = /^(?:dist|build|built|out|output|lib|esm?|cjs|umd|mjs|types?|typings|declarations|node|browser)$/;
const isDeclaration = /\.d\.[cm]?ts$/;

/** Where the source of a file may be: what is built keeps its path below folders that only the build knows. The likeliest first. */
function sourcesOf(target: string): string[] {
  const segments = target.replace(/^\.\//, '').replace(/\/$/, '').split('/');
  if (segments.length > limits.segments) return [];
  let built = 0;
  while (built < segments.length - 1 && isBuilt.test(segments[built] ?? '')) built += 1;
  const cuts = Array.from({ length: built }, (_, index) => index + 1);
  // Declarations are often built into a folder of their own.
  if (isDeclaration.test(target)) cuts.reverse();
  const sources = cuts.flatMap((cut) => {
    const stem = withoutExtension(segments.slice(cut).join('/'));
    return [...sourceFolders.filter((folder) => folder !== `${segments[0]}/`), ''].map((folder) => folder + stem);
  });
  return [...sources, target];
}

function withoutExtension(path: string): string {
  const known = [...extensions, '.d.ts', '.d.mts', '.d.cts'].sort((a, b) => b.length - a.length);
  const extension = known.find((one) => path.endsWith(one)) ?? '';
  return path.slice(0, path.length - extension.length);
}

const depthOf = (folder: string): number => (folder === '.' ? 0 : folder.split('/').length);
const isBelow = (path: string, folder: string): boolean =>
  folder === '.' || path === folder || path.startsWith(`${folder}/`);

export function packageOf(specifier: string): string {
  const [first = '', second] = specifier.split('/');
  return first.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
}

/** Of several with one name the outermost: others are mostly fixtures. */
function membersOf(
  root: string,
  globs: readonly string[],
  byDepth: readonly (readonly [folder: string, manifest: Manifest])[],
): Map<string, Member> {
  const isMember = memberMatcher(globs);
  const members = new Map<string, Member>();
  for (const [folder, manifest] of byDepth) {
    if (manifest.name === undefined || members.has(manifest.name) || !isBelow(folder, root)) continue;
    const within = root === '.' ? folder : folder.slice(root.length + 1);
    if (folder === root || isMember(within)) members.set(manifest.name, { folder, manifest });
  }
  return members;
}

function pnpmGlobs(text: string): string[] {
  try {
    return pnpmSchema.safeParse(parseDocument(text, { uniqueKeys: false }).toJS()).data?.packages ?? [];
  } catch {
    return [];
  }
}

/** Globs over folders, in order; with `!`, what is left out again. What cannot be a glob matches nothing. */
function memberMatcher(globs: readonly string[]): (folder: string) => boolean {
  const steps = globs.slice(0, limits.globs).flatMap((glob) => {
    const plain = posix.normalize(glob.replace(/^!/, '').replaceAll('\\', '/')).replace(/^\/+|\/+$/g, '');
    const isUsable = plain !== '' && plain !== '.' && plain.length <= limits.globLength && !hasManyStars.test(plain);
    return isUsable ? [{ isIn: !glob.startsWith('!'), matches: globMatcher([plain]) }] : [];
  });
  return (folder) => steps.reduce((isIn, step) => (step.matches(folder) ? step.isIn : isIn), false);
}

/** More than two stars in one segment: matching may take for ever. */
const hasManyStars = /\*[^/*]+\*[^/*]+\*/;
