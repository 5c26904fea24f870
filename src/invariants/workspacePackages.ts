// The packages that a repository keeps itself (workspaces of npm, yarn and pnpm), and where their names lead in it: to sources,
// whether or not anything was installed or built. By paths and manifests alone, so that it holds for past commits too.
import { posix } from 'node:path';
import { exports as exported } from 'resolve.exports';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { globMatcher } from './globs.ts';
import { findFile } from './pathFiles.ts';

export interface ManifestTree {
  readonly has: (path: string) => boolean;
  /** The text of a manifest; undefined when it cannot be read. */
  readonly text: (path: string) => string | undefined;
}

export interface PackagePath {
  /** A file of the tree, or the folder of the package where none can be told. */
  readonly name: string;
  /** Every path that was looked for: if one of them comes or goes, the answer may be another. */
  readonly tried: readonly string[];
}

const field = z.string().optional().catch(undefined);
const globs = z.array(z.string());
const manifestSchema = z.object({
  ...{ name: field, types: field, typings: field, module: field, main: field },
  exports: z.unknown().optional(),
  workspaces: z
    .union([globs, z.object({ packages: globs }).transform(({ packages }) => packages)])
    .optional()
    .catch(undefined),
});
type Manifest = z.infer<typeof manifestSchema>;
const pnpmSchema = z.object({ packages: globs });

/** What the resolver of real files goes by. */
const conditions = ['types', 'import', 'require', 'node'];

export const isManifest = (path: string): boolean => /(?:^|\/)(?:package\.json|pnpm-workspace\.yaml)$/.test(path);

export class WorkspacePackages {
  readonly #tree: ManifestTree;
  readonly #members = new Map<string, { readonly folder: string; readonly manifest: Manifest }>();

  /** @param paths the manifests of the tree */
  constructor(paths: readonly string[], tree: ManifestTree) {
    this.#tree = tree;
    const manifests = new Map<string, Manifest>();
    const roots: { readonly folder: string; readonly globs: readonly string[] }[] = [];
    for (const path of paths) {
      const folder = posix.dirname(path);
      const text = tree.text(path) ?? '';
      if (path.endsWith('.yaml')) roots.push({ folder, globs: pnpmGlobs(text) });
      else {
        const manifest = manifestOf(text);
        if (manifest === undefined) continue;
        manifests.set(folder, manifest);
        if (manifest.workspaces !== undefined) roots.push({ folder, globs: manifest.workspaces });
      }
    }
    for (const { folder: root, globs: named } of roots) {
      const isMember = memberMatcher(named);
      for (const [folder, manifest] of manifests) {
        const within = root === '.' ? folder : folder.startsWith(`${root}/`) ? folder.slice(root.length + 1) : '.';
        if (manifest.name !== undefined && within !== '.' && isMember(within))
          this.#members.set(manifest.name, { folder, manifest });
      }
    }
  }

  /** What the answers depend on beside the paths of the tree. */
  get digest(): string {
    return JSON.stringify([...this.#members]);
  }

  /** Where a name leads; undefined when it is none of a package of the repository. */
  find(specifier: string): PackagePath | undefined {
    const [first = '', second] = specifier.split('/');
    const name = first.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
    const member = this.#members.get(name);
    if (member === undefined) return undefined;
    const { folder, manifest } = member;
    const tried: string[] = [];
    for (const inside of candidates(manifest, specifier.slice(name.length + 1))) {
      const wanted = posix.normalize(posix.join(folder, inside));
      if (!wanted.startsWith(`${folder}/`)) continue;
      tried.push(wanted);
      const found = findFile(this.#tree.has, wanted);
      if (found !== undefined) return { name: found, tried };
    }
    return { name: folder, tried };
  }
}

/** Paths in the package that a name may mean, the likeliest first. */
function* candidates(manifest: Manifest, sub: string): Generator<string> {
  const targets = targetsOf(manifest, sub);
  yield* targets;
  // What is built keeps the paths of its sources below some folder that only the build knows.
  for (const target of targets) {
    const segments = target
      .replace(/^\.\//, '')
      .replace(/\.d\.([cm]?)ts$/, '.$1js')
      .split('/');
    for (let cut = 1; cut < segments.length; cut += 1) {
      const rest = segments.slice(cut).join('/');
      yield `src/${rest}`;
      yield rest;
    }
  }
  yield sub === '' ? 'src/index' : `src/${sub}`;
  yield sub === '' ? 'index' : sub;
}

function targetsOf({ name = '', exports, types, typings, module, main }: Manifest, sub: string): string[] {
  if (exports !== undefined && exports !== null) {
    try {
      const found: unknown = exported({ name, exports }, sub === '' ? '.' : `./${sub}`, { conditions, unsafe: true });
      return globs.catch([]).parse(found);
    } catch {
      // It is no name that the package gives to others; where it would lead can be told all the same.
      return [];
    }
  }
  return sub === '' ? [types, typings, module, main].flatMap((one) => one ?? []) : [];
}

function manifestOf(text: string): Manifest | undefined {
  try {
    const manifest = manifestSchema.safeParse(JSON.parse(text)).data;
    // What is nested too deeply to be written is nested too deeply to be asked.
    JSON.stringify(manifest);
    return manifest;
  } catch {
    return undefined;
  }
}

function pnpmGlobs(text: string): string[] {
  try {
    return pnpmSchema.safeParse(parseDocument(text).toJS()).data?.packages ?? [];
  } catch {
    return [];
  }
}

/** Globs over folders; with `!`, what is left out again. */
function memberMatcher(named: readonly string[]): (folder: string) => boolean {
  const plain = (glob: string) => glob.replace(/^!?(?:\.\/)?/, '').replace(/\/+$/, '');
  const isIn = globMatcher(named.filter((glob) => !glob.startsWith('!')).map(plain));
  const isOut = globMatcher(named.filter((glob) => glob.startsWith('!')).map(plain));
  return (folder) => isIn(folder) && !isOut(folder);
}
