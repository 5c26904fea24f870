// Lockfiles decide which code judges. One that moves with its manifest is ordinary; one that says the same version is other bytes is not.
import type { Finding } from '../../protocol/verdict.ts';
import type { GateContext } from '../gate.ts';
import type { TreeChange } from '../treeReader.ts';
import { findingOf } from './finding.ts';
import { parseJson, record, textPairs } from './texts.ts';

const manifests: Readonly<Record<string, readonly string[]>> = {
  'package-lock.json': ['package.json'],
  'npm-shrinkwrap.json': ['package.json'],
  'yarn.lock': ['package.json'],
  'pnpm-lock.yaml': ['package.json', 'pnpm-workspace.yaml'],
  'bun.lock': ['package.json'],
  'poetry.lock': ['pyproject.toml'],
  'uv.lock': ['pyproject.toml'],
  'Pipfile.lock': ['Pipfile'],
  'requirements.txt': ['requirements.in', 'pyproject.toml', 'requirements.txt'],
  'go.sum': ['go.mod'],
  'Cargo.lock': ['Cargo.toml'],
  'gradle.lockfile': ['build.gradle', 'build.gradle.kts'],
};
const nameOf = (path: string): string => path.split('/').at(-1) ?? path;

export async function lockfileFindings(changes: readonly TreeChange[], context: GateContext): Promise<Finding[]> {
  const locks = changes.filter(({ path }) => manifests[nameOf(path)] !== undefined);
  const found: Finding[] = [];
  for (const { path, before, after } of await textPairs(locks, context)) {
    const change = changes.find((candidate) => candidate.path === path);
    if (change?.kind === 'deleted') {
      const isReplaced = changes.some(
        ({ kind, path: other }) => kind === 'added' && manifests[nameOf(other)] !== undefined,
      );
      found.push(
        findingOf({
          rule: 'lockfile',
          path,
          message: `The change deletes the lockfile ${path}.`,
          severity: isReplaced ? 'warning' : 'error',
        }),
      );
      continue;
    }
    const other = otherBytes(path, before ?? '', after ?? '');
    if (other.length > 0)
      found.push(
        findingOf({
          rule: 'lockfile',
          path,
          message: `${path} gives other content to the same version of ${other.slice(0, 5).join(', ')}.`,
          evidence: other.slice(0, 20).join('\n'),
        }),
      );
    const own = manifests[nameOf(path)] ?? [];
    if (!changes.some(({ path: changed }) => own.includes(nameOf(changed))))
      found.push(
        findingOf({
          rule: 'lockfile',
          path,
          message: `${path} was changed without its manifest.`,
          severity: 'warning',
        }),
      );
  }
  return found;
}

/** Packages whose version stayed and whose digest or source did not. */
function otherBytes(path: string, before: string, after: string): string[] {
  const [old, now] = [before, after].map((text) => entriesOf(nameOf(path), text));
  if (old === undefined || now === undefined) return [];
  return [...old].filter(([key, digest]) => now.has(key) && now.get(key) !== digest).map(([key]) => key);
}

function entriesOf(name: string, text: string): Map<string, string> {
  const entries = new Map<string, string>();
  if (name === 'package-lock.json' || name === 'npm-shrinkwrap.json')
    for (const [key, value] of Object.entries(record(record(parseJson(text)).packages))) {
      const { version, integrity, resolved } = record(value);
      if (key !== '' && typeof version === 'string' && (integrity ?? resolved) !== undefined)
        entries.set(`${key}@${version}`, String(integrity ?? resolved));
    }
  if (name === 'go.sum')
    for (const [, key, digest] of text.matchAll(/^(\S+ \S+) (h1:\S+)$/gm)) entries.set(key ?? '', digest ?? '');
  if (name === 'Cargo.lock')
    for (const [, key, version, digest] of text.matchAll(
      /name = "([^"]+)"\nversion = "([^"]+)"\n(?:source = "[^"]+"\n)?checksum = "([^"]+)"/g,
    ))
      entries.set(`${key}@${version}`, digest ?? '');
  return entries;
}
