// Globs of rules, compiled once. Paths have forward slashes; names that begin with a dot are matched like others.
import picomatch from 'picomatch';

const compiled = new Map<string, (path: string) => boolean>();

export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  const key = globs.join('\n');
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const matcher = globs.every((glob) => plain.test(glob)) ? namesMatcher(globs) : patternMatcher(globs);
  compiled.set(key, matcher);
  return matcher;
}

/** A glob that is the very name. */
const plain = /^[\w$/-]+$/;

function namesMatcher(names: readonly string[]): (path: string) => boolean {
  const all = new Set(names);
  return (path) => all.has(path);
}

function patternMatcher(globs: readonly string[]): (path: string) => boolean {
  const match = picomatch([...globs], { dot: true });
  return (path) => match(path);
}

/** What an import leads to: `npm:*` and `node:*` are whole families; everything else is a glob. */
export function targetMatcher(targets: readonly string[] | undefined): (name: string) => boolean {
  if (targets === undefined) return () => false;
  const match = globMatcher(targets);
  const families = targets.flatMap((target) =>
    target === 'npm:*' || target === 'node:*' ? [target.slice(0, -1)] : [],
  );
  return (name) => families.some((family) => name.startsWith(family)) || match(name);
}

/** Dotted names: `*` is one name or a part of it, `**` any number of names. */
export function dottedMatcher(patterns: readonly string[]): (dotted: string) => boolean {
  const match = globMatcher(patterns.map((pattern) => pattern.replaceAll('.', '/')));
  return (dotted) => match(dotted.replaceAll('.', '/'));
}
