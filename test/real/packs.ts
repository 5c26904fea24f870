// The rule packs over a folder of git clones: counts for each pack, repository and rule, and the findings themselves to be
// read. Not part of `npm test`, since it needs clones:
//   node test/real/packs.ts DIR [--pack NAME] [--rule ID] [--repo NAME] [--findings N] [--problems N]
// With --tsv every finding that is shown is a line of repository, commit, rule and place, for docs/packs/judgements.
// With --seeds the edits of test/packs/seeds are written into each clone for a moment, and every one must be found there.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { InvariantEngine } from '../../src/invariants/engine.ts';
import type { InvariantRule } from '../../src/protocol/rules.ts';
import { engineEntry } from '../helpers/gates.ts';
import { filesOfSeed, judgeFolder, readPacks, readSeeds } from '../helpers/packs.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pack: { type: 'string' },
    rule: { type: 'string' },
    repo: { type: 'string' },
    findings: { type: 'string', default: '0' },
    problems: { type: 'string', default: '0' },
    seeds: { type: 'boolean', default: false },
    tsv: { type: 'boolean', default: false },
  },
});

/** Up to `limit` of a list, spread evenly over it. */
function sample<T>(items: readonly T[], limit: number): T[] {
  if (items.length <= limit) return [...items];
  return Array.from({ length: limit }, (_, index) => items[Math.floor((index * items.length) / limit)]).flatMap(
    (item) => item ?? [],
  );
}

const packageSchema = z.looseObject({ name: z.string().min(1) });

/** Links the packages of a workspace as a package manager does, so that imports of one another can be followed. */
function linkWorkspaces(root: string): void {
  if (existsSync(join(root, 'node_modules'))) return;
  const listed = execFileSync('git', ['ls-files', '-z', '*/package.json'], { cwd: root, encoding: 'utf8' });
  for (const path of listed.split('\0').filter((one) => one !== '')) {
    let manifest: unknown;
    try {
      manifest = JSON.parse(readFileSync(join(root, path), 'utf8'));
    } catch (error) {
      process.stdout.write(`${path} is no package: ${String(error)}\n`);
      continue;
    }
    const parsed = packageSchema.safeParse(manifest);
    if (!parsed.success || !/^(?:@[\w.-]+\/)?[\w.-]+$/.test(parsed.data.name)) continue;
    const link = join(root, 'node_modules', parsed.data.name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, dirname(path)), link);
  }
}

/** Files that the clone lacks are written, judged with the rest, and taken away again. */
async function withFiles<T>(
  root: string,
  files: Readonly<Record<string, string>>,
  use: (added: { path: string; blob: string }[]) => Promise<T>,
): Promise<T> {
  const added = Object.entries(files).filter(([path]) => !existsSync(join(root, path)));
  const made: string[] = [];
  try {
    const entries = added.map(([path, text]) => {
      const first = mkdirSync(dirname(join(root, path)), { recursive: true });
      made.push(...(first === undefined ? [] : [first]), join(root, path));
      writeFileSync(join(root, path), text);
      const blob = execFileSync('git', ['hash-object', '--stdin'], { cwd: root, input: text, encoding: 'utf8' }).trim();
      return { path, blob };
    });
    return await use(entries);
  } finally {
    for (const path of made.reverse()) rmSync(path, { recursive: true, force: true });
  }
}

/** Whether an edit can be seen at its own file, whatever the rest of the repository holds. */
const isLocal = (rule: InvariantRule): boolean =>
  rule.kind !== 'files' &&
  rule.kind !== 'metric' &&
  !(rule.kind === 'data' && rule.assert.some((one) => 'some' in one));

async function plantSeeds(
  clone: string,
  root: string,
  pack: string,
  rules: readonly InvariantRule[],
  engine: InvariantEngine,
): Promise<void> {
  const { project, seeds } = readSeeds(pack);
  let found = 0;
  let planted = 0;
  for (const seed of seeds) {
    const rule = rules.find(({ id }) => id === seed.rule);
    const change = filesOfSeed(seed);
    const isNew = Object.keys(change).every((path) => !existsSync(join(root, path)));
    if (rule === undefined || !isLocal(rule) || !isNew) continue;
    planted += 1;
    const judged = await withFiles(root, { ...project, ...change }, async (added) =>
      judgeFolder(root, [rule], engine, undefined, added),
    );
    const isFound = judged.violations.some(({ path }) => Object.hasOwn(change, path));
    if (isFound) found += 1;
    else process.stdout.write(`  missed: ${seed.rule}: ${seed.note} ${judged.problems[0]?.message ?? ''}\n`);
  }
  process.stdout.write(`${clone} ${pack}: ${found} of ${planted} seeds found\n`);
}

async function main(): Promise<void> {
  const [folder] = positionals;
  if (folder === undefined) throw new Error('Which folder holds the clones?');
  const clones = readdirSync(resolve(folder)).filter((name) => values.repo === undefined || name.includes(values.repo));
  const packs = readPacks();
  const engine = new InvariantEngine({ entry: engineEntry, timeoutMs: 600_000 });
  try {
    for (const clone of clones.sort()) {
      const root = realpathSync(join(resolve(folder), clone));
      linkWorkspaces(root);
      const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
      for (const [pack, { rules }] of packs) {
        if (values.pack !== undefined && values.pack !== pack) continue;
        const chosen = rules.filter(({ id }) => values.rule === undefined || id === values.rule);
        if (chosen.length === 0) continue;
        if (values.seeds) {
          await plantSeeds(clone, root, pack, chosen, engine);
          continue;
        }
        const started = performance.now();
        const { violations, problems } = await judgeFolder(root, chosen, engine);
        const took = Math.round(performance.now() - started);
        if (!values.tsv)
          process.stdout.write(`${clone} ${commit} ${pack}: ${violations.length} findings, ${took} ms\n`);
        for (const { id } of chosen) {
          const found = violations.filter(({ rule }) => rule === id);
          if (values.tsv) {
            for (const { path, range } of sample(found, Number(values.findings)))
              process.stdout.write(
                `${[clone.replace('+', '/'), commit, id, `${path}:${range.startLine}`, `of ${found.length}`].join('\t')}\n`,
              );
            continue;
          }
          const unproven = problems.filter(({ rule }) => rule === id);
          process.stdout.write(`  ${id}: ${found.length} findings, ${unproven.length} not verified\n`);
          for (const { path, range, text } of sample(found, Number(values.findings)))
            process.stdout.write(`    ${path}:${range.startLine} ${text.replace(/\s+/g, ' ').slice(0, 160)}\n`);
          for (const { path, message } of sample(unproven, Number(values.problems)))
            process.stdout.write(`    ? ${path ?? '-'} ${message.slice(0, 160)}\n`);
        }
      }
    }
  } finally {
    await engine.dispose();
  }
}

await main();
