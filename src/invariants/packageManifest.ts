// What a package says of itself, as far as it matters for where its names lead. Manifests are the repository's text: what is too
// long, too deep or of another form says nothing.
import { exports as exported, imports as imported } from 'resolve.exports';
import * as z from 'zod';

const field = z.string().max(1_000).optional().catch(undefined);
/** The texts of a list, whatever else is in it. */
export const strings = z.array(z.unknown()).transform((all) => all.filter((one) => typeof one === 'string'));
const manifestSchema = z.object({
  ...{ name: field, source: field, types: field, typings: field, module: field, main: field },
  exports: z.unknown().optional(),
  imports: z.unknown().optional(),
  workspaces: z
    .union([strings, z.object({ packages: strings }).transform(({ packages }) => packages)])
    .optional()
    .catch(undefined),
});

export interface Manifest extends Omit<z.infer<typeof manifestSchema>, 'exports' | 'imports'> {
  readonly exports: Entries | undefined;
  readonly imports: Entries | undefined;
  /** All of it, to tell whether it is another one. */
  readonly json: string;
}

/** A table of names with their targets, and the conditions that it knows. */
interface Entries {
  readonly table: unknown;
  readonly conditions: readonly string[];
}

const limits = { tableLength: 100_000, conditions: 30, targets: 50, targetLength: 1_000, specifierLength: 500 };
/** Node puts what the star of a name stands for in the place of each: a few are a table, many a bomb. */
const hasManyStars = /\*[^"*]*\*[^"*]*\*/;

export function readManifest(text: string): Manifest | undefined {
  try {
    // npm reads past a byte order mark.
    const parsed = manifestSchema.safeParse(JSON.parse(text.replace(/^\uFEFF/, ''))).data;
    if (parsed === undefined) return undefined;
    return {
      ...parsed,
      ...{ exports: entriesOf(parsed.exports), imports: entriesOf(parsed.imports) },
      json: JSON.stringify(parsed),
    };
  } catch {
    // No JSON, or nested more deeply than can be written.
    return undefined;
  }
}

function entriesOf(table: unknown): Entries | undefined {
  if (table === undefined || table === null) return undefined;
  const text = JSON.stringify(table);
  if (text.length > limits.tableLength || hasManyStars.test(text)) return { table: {}, conditions: [] };
  const keys = [...text.matchAll(/"([^".#\\][^"\\]*)":/g)].map(([, key = '']) => key);
  // What an import leads to comes first, and types last: they may stand for themselves, and sources do not.
  const known = ['source', 'import', 'require', 'types'];
  const others = [...new Set(keys)]
    .filter((key) => !known.includes(key) && key !== 'default')
    .slice(0, limits.conditions);
  return { table, conditions: ['source', ...others, 'import', 'require', 'types'] };
}

/** Paths in the package that a name below it may lead to, by every condition; undefined where nothing is said of exports. */
export function targetsOf(manifest: Manifest, sub: string): string[] | undefined {
  const { name = '', exports } = manifest;
  if (exports !== undefined)
    return byConditions(exports, sub, (conditions) =>
      exported({ name, exports: exports.table }, sub === '' ? '.' : `./${sub}`, { conditions, unsafe: true }),
    );
  if (sub !== '') return undefined;
  const { source, module, main, types, typings } = manifest;
  const named = [source, module, main, types, typings].flatMap((one) => one ?? []);
  return named.length === 0 ? undefined : named;
}

/** What a name that begins with `#` may lead to: paths in the package, or names of others. */
export function internalsOf({ name = '', imports }: Manifest, specifier: string): string[] {
  if (imports === undefined) return [];
  return byConditions(imports, specifier, (conditions) =>
    imported({ name, imports: imports.table }, specifier, { conditions, unsafe: true }),
  );
}

function byConditions(
  { conditions }: Entries,
  specifier: string,
  ask: (conditions: readonly string[]) => unknown,
): string[] {
  const found = new Set<string>();
  if (specifier.length > limits.specifierLength) return [];
  for (const condition of [...conditions, undefined]) {
    try {
      const answer = strings.catch([]).parse(ask(condition === undefined ? [] : ['node', condition]));
      for (const target of answer.slice(0, limits.targets)) if (target.length <= limits.targetLength) found.add(target);
    } catch {
      // It is no name that the package gives to others by this condition.
    }
  }
  return [...found].slice(0, limits.targets);
}
