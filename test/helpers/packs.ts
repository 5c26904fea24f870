// The rule packs as the tests read them, and a judgement of their rules over a folder. It never changes a pack.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import type { InvariantEngine } from '../../src/invariants/engine.ts';
import type { Problem, Violation } from '../../src/invariants/messages.ts';
import { type InvariantRule, type RuleFile, ruleFileSchema } from '../../src/protocol/rules.ts';

export const packFolder = resolve(import.meta.dirname, '../../invariants');

/** Every pack by its name, the file without `.yml`. */
export function readPacks(): Map<string, RuleFile> {
  const names = readdirSync(packFolder).filter((name) => name.endsWith('.yml'));
  return new Map(
    names
      .sort()
      .map((name) => [
        basename(name, '.yml'),
        ruleFileSchema.parse(parse(readFileSync(join(packFolder, name), 'utf8'))),
      ]),
  );
}

const seedSchema = z
  .strictObject({
    rule: z.string(),
    note: z.string(),
    files: z.record(z.string(), z.string()).default({}),
    /** A file that is too long to be written out. */
    lines: z
      .strictObject({
        path: z.string(),
        before: z.string(),
        line: z.string(),
        times: z.number().int().positive(),
        after: z.string(),
      })
      .optional(),
  })
  .refine(({ files, lines }) => Object.keys(files).length > 0 || lines !== undefined, {
    error: 'a seed changes a file',
  });
export type Seed = z.infer<typeof seedSchema>;

const seedsSchema = z.strictObject({ project: z.record(z.string(), z.string()), seeds: z.array(seedSchema).min(1) });

/** A project that keeps the contract of a pack, and edits that break it. */
export function readSeeds(pack: string): z.infer<typeof seedsSchema> {
  const text = readFileSync(join(import.meta.dirname, '../packs/seeds', `${pack}.yml`), 'utf8');
  return seedsSchema.parse(parse(text));
}

export const filesOfSeed = ({ files, lines }: Seed): Readonly<Record<string, string>> =>
  lines === undefined ? files : { ...files, [lines.path]: lines.before + lines.line.repeat(lines.times) + lines.after };

export interface PackJudgement {
  readonly violations: readonly Violation[];
  readonly problems: readonly Problem[];
}

type File = { readonly path: string; readonly blob: string };

function filesOf(root: string, ...command: string[]): File[] {
  const listed = execFileSync('git', command, { cwd: root, encoding: 'utf8', maxBuffer: 1e9 });
  return listed.split('\0').flatMap((line) => {
    const found = /^100\d+ (?:blob )?([0-9a-f]+)(?: \d)?\t([\s\S]+)$/.exec(line);
    return found?.[1] === undefined || found[2] === undefined ? [] : [{ path: found[2], blob: found[1] }];
  });
}

/** Judges rules over what git knows of a working copy, compared with the tree of a base if there is one. */
export async function judgeFolder(
  root: string,
  rules: readonly InvariantRule[],
  engine: InvariantEngine,
  base?: string,
  more: readonly File[] = [],
): Promise<PackJudgement> {
  const known = filesOf(root, 'ls-files', '-s', '-z');
  const replaced = new Set(more.map(({ path }) => path));
  const files = [...known.filter(({ path }) => !replaced.has(path)), ...more];
  const judged = await engine.judgeRules({
    root,
    files,
    rules,
    ...(base === undefined ? {} : { base: filesOf(root, 'ls-tree', '-r', '-z', base) }),
  });
  if (!judged.ok) throw new Error(judged.failure.message);
  return judged.value;
}
