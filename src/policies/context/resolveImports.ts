// From what an import says to the files of the tree it can mean. By the tree's paths alone; nothing is run or read.
import { dirname, join } from 'node:path/posix';
import { languageOf } from './languages.ts';

/** A package stands for its files, up to this many. */
const maxFilesOfPackage = 30;
const scriptEndings = [
  '',
  '.ts',
  '.tsx',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.mts',
  '.d.ts',
  '/index.ts',
  '/index.js',
  '/index.tsx',
];

export class ImportResolver {
  readonly #paths: ReadonlySet<string>;
  /** Paths without extension, by their last segment. */
  readonly #byName = new Map<string, string[]>();
  readonly #byFolder = new Map<string, string[]>();

  constructor(paths: Iterable<string>) {
    this.#paths = new Set(paths);
    for (const path of this.#paths) {
      push(this.#byFolder, dirname(path), path);
      push(this.#byName, (path.split('/').at(-1) ?? '').replace(/\.\w+$/, ''), path);
    }
  }

  resolve(from: string, specifier: string): string[] {
    switch (languageOf(from)) {
      case 'script':
        return specifier.startsWith('.') ? this.#script(join(dirname(from), specifier)) : [];
      case 'python':
        return this.#python(from, specifier);
      case 'go':
        return this.#goPackage(specifier);
      case 'rust':
        return this.#rust(from, specifier);
      case 'java':
      case 'php':
        return this.#bySuffix(specifier.replaceAll('.', '/'));
      case 'c':
        return this.#c(from, specifier);
      case 'ruby':
        return this.#existing([`${join(dirname(from), specifier)}.rb`, `lib/${specifier}.rb`]);
      case undefined:
        return [];
    }
  }

  #existing(candidates: readonly string[]): string[] {
    const found = candidates.find((path) => this.#paths.has(path));
    return found === undefined ? [] : [found];
  }

  #script(target: string): string[] {
    const bare = target.replace(/\.[cm]?js$/, '');
    return this.#existing([
      ...scriptEndings.map((ending) => target + ending),
      ...scriptEndings.map((ending) => bare + ending),
    ]);
  }

  #python(from: string, specifier: string): string[] {
    const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
    const path = specifier.slice(dots).replaceAll('.', '/');
    if (dots === 0) return path === '' ? [] : this.#bySuffix(path);
    const folder = join(dirname(from), ...Array<string>(dots - 1).fill('..'));
    const target = join(folder, path);
    return this.#existing([`${target}.py`, `${target}/__init__.py`]);
  }

  /** The longest folder of the tree that the package's path ends in; the top folder for the module itself. */
  #goPackage(specifier: string): string[] {
    if (!specifier.includes('.')) return [];
    const segments = specifier.split('/');
    for (let first = 1; first < segments.length; first += 1) {
      const files = this.#byFolder.get(segments.slice(first).join('/'));
      if (files !== undefined)
        return files.filter((path) => path.endsWith('.go') && !path.endsWith('_test.go')).slice(0, maxFilesOfPackage);
    }
    return [];
  }

  #rust(from: string, specifier: string): string[] {
    const folder = dirname(from);
    const own = /(?:^|\/)(?:mod|lib|main)\.rs$/.test(from) ? folder : from.replace(/\.rs$/, '');
    if (specifier.startsWith('mod ')) {
      const name = specifier.slice(4);
      return this.#existing([`${own}/${name}.rs`, `${own}/${name}/mod.rs`, `${folder}/${name}.rs`]);
    }
    const [first = '', ...rest] = specifier.split('::').filter((part) => part !== 'self');
    const source = from.lastIndexOf('src/');
    const roots =
      first === 'crate'
        ? [source < 0 ? folder : from.slice(0, source + 3)]
        : first === 'super'
          ? [dirname(own)]
          : this.#cratesNamed(first);
    for (const root of roots)
      for (let length = rest.length; length > 0; length -= 1) {
        const target = join(root, ...rest.slice(0, length));
        const found = this.#existing([`${target}.rs`, `${target}/mod.rs`]);
        if (found.length > 0) return found;
      }
    return first === 'crate' || first === 'super'
      ? []
      : roots.flatMap((root) => this.#existing([join(root, 'lib.rs')]));
  }

  #cratesNamed(name: string): string[] {
    const kebab = name.replaceAll('_', '-');
    return (this.#byName.get('lib') ?? []).flatMap((path) => {
      const crate = dirname(dirname(path)).split('/').at(-1) ?? '';
      return path.endsWith('/src/lib.rs') && (crate === name || crate === kebab || kebab.endsWith(`-${crate}`))
        ? [dirname(path)]
        : [];
    });
  }

  #c(from: string, specifier: string): string[] {
    const near = this.#existing([join(dirname(from), specifier)]);
    if (near.length > 0) return near;
    const name = (specifier.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
    return (this.#byName.get(name) ?? [])
      .filter((path) => path.endsWith(`/${specifier}`) || path === specifier)
      .slice(0, 2);
  }

  /** Files whose path without extension ends in the target, or in what is left when its last names are members. */
  #bySuffix(target: string): string[] {
    for (
      let path = target;
      path.includes('/') || path === target;
      path = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    ) {
      const name = path.split('/').at(-1) ?? '';
      const files = this.#byName.get(name) ?? [];
      const found = files.filter((file) => endsWithPath(file.replace(/\.\w+$/, ''), path));
      if (found.length > 0) return found.slice(0, 2);
      const inits = (this.#byName.get('__init__') ?? []).filter((file) => endsWithPath(dirname(file), path));
      if (inits.length > 0) return inits.slice(0, 2);
      if (path === '') break;
    }
    return [];
  }
}

const endsWithPath = (path: string, end: string): boolean => path === end || path.endsWith(`/${end}`);

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
