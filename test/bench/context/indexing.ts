// The index of ten thousand files: cold, from the cache, after one edit, and a question; against reading the blobs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Git } from '../../../src/gym/git.ts';
import { contextSource } from '../../../src/host/contextSource.ts';
import { FactsCache } from '../../../src/policies/context/factsCache.ts';
import { ContextGatherer } from '../../../src/policies/context/gatherContext.ts';

export interface Indexing {
  readonly files: number;
  readonly megabytes: number;
  readonly cold: number;
  /** Processor time of this process, without git's. */
  readonly coldCpu: number;
  readonly reading: number;
  readonly warm: number;
  readonly update: number;
  readonly updateCpu: number;
  readonly updateFloor: number;
  readonly question: number;
}

const count = 10_000;
const rounds = 9;
const coldRounds = 2;
const nouns =
  'account order invoice parcel carrier discount price customer basket payment refund tax region warehouse label route driver slot quote policy claim ledger entry balance audit'.split(
    ' ',
  );
const verbs =
  'create read update remove validate format parse merge split schedule cancel confirm reject archive restore compute render fetch store publish'.split(
    ' ',
  );
const pick = (list: readonly string[], seed: number): string =>
  list[Math.abs(Math.imul(seed, 2_654_435_761) >>> 7) % list.length] ?? '';
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** About sixty lines that import two others, define five functions, and use what others define. */
function sourceFile(index: number): string {
  const other = (index * 31 + 7) % count;
  const lines = [
    `import { ${nameOf(other, 0)} } from '../../${pathOf(other).slice(4)}';`,
    `import { join } from 'node:path';`,
    '',
  ];
  for (let at = 0; at < 5; at += 1) {
    const noun = pick(nouns, index + at * 13);
    lines.push(
      `/** What ${pick(verbs, index * at)} does to the ${noun} of a ${pick(nouns, index * 3 + at)}. */`,
      `export function ${nameOf(index, at)}(${noun}: string, limit = ${index % 97}): string | undefined {`,
      `  if (${noun}.length > limit) return undefined;`,
      `  const ${pick(verbs, at)}${capital(noun)} = join(${noun}, String(limit));`,
      `  for (const part of ${pick(verbs, at)}${capital(noun)}.split('/')) {`,
      `    if (part === '${pick(nouns, index + at)}') return ${nameOf(other, 0)}(part, limit - ${at});`,
      '  }',
      `  return ${pick(verbs, at)}${capital(noun)};`,
      '}',
      '',
    );
  }
  return lines.join('\n');
}
const nameOf = (index: number, at: number): string =>
  `${pick(verbs, index + at * 7)}${capital(pick(nouns, index * 5 + at))}${capital(pick(nouns, index + at))}${index % 50}`;
const pathOf = (index: number): string =>
  `src/p${index % 50}/d${Math.floor(index / 50) % 40}/${pick(nouns, index)}${index}.ts`;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function processor(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

export async function measureIndexing(): Promise<Indexing> {
  const root = mkdtempSync(join(tmpdir(), 'ratchet-bench-'));
  const identity = {
    GIT_AUTHOR_NAME: 'b',
    GIT_AUTHOR_EMAIL: 'b@b',
    GIT_COMMITTER_NAME: 'b',
    GIT_COMMITTER_EMAIL: 'b@b',
  };
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: root,
      env: { ...process.env, ...identity },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  git('init', '-q', '-b', 'main');
  const source = contextSource(new Git(root));
  try {
    let bytes = 0;
    for (let index = 0; index < count; index += 1) {
      const path = join(root, pathOf(index));
      mkdirSync(dirname(path), { recursive: true });
      const text = sourceFile(index);
      bytes += text.length;
      writeFileSync(path, text);
    }
    git('add', '-A');
    git('commit', '-q', '-m', 'start');
    const tree = git('rev-parse', 'HEAD^{tree}');
    const open = (cache: string) => new ContextGatherer(source, new FactsCache(join(root, '.git', cache)));
    const cold: number[] = [];
    const reading: number[] = [];
    let gatherer = open('cold');
    let coldCpu = 0;
    for (let round = 0; round < coldRounds; round += 1) {
      const fresh = open(`cold${round}`);
      cold.push(
        await timed(async () => {
          coldCpu = await processor(() => fresh.update(tree));
        }),
      );
      gatherer = fresh;
      const blobs = (await source.list(tree)).map(({ blob }) => blob);
      reading.push(await timed(() => source.read(blobs, () => undefined)));
    }
    const warm = await timed(() => open('cold0').update(tree));
    await gatherer.gather({ tree, feature: 'Cancel a parcel', tokens: 24_000, testCommand: null });
    const update: number[] = [];
    const updateCpu: number[] = [];
    const updateFloor: number[] = [];
    const question: number[] = [];
    let before = tree;
    for (let round = 0; round < rounds; round += 1) {
      writeFileSync(join(root, pathOf(round)), `${sourceFile(round)}\nexport const edited${round} = true;\n`);
      git('add', '-A');
      const after = git('write-tree');
      const blob = git('rev-parse', `${after}:${pathOf(round)}`);
      const floor = () => [git('diff-tree', '-r', before, after), git('cat-file', 'blob', blob)];
      updateFloor.push(await timed(floor));
      update.push(
        await timed(async () => {
          updateCpu.push(await processor(() => gatherer.update(after)));
        }),
      );
      question.push(
        await timed(() =>
          gatherer.gather({
            tree: after,
            feature: 'Cancel a parcel that a driver has',
            tokens: 24_000,
            testCommand: null,
          }),
        ),
      );
      before = after;
    }
    return {
      files: count,
      megabytes: bytes / 1e6,
      cold: median(cold),
      coldCpu,
      reading: median(reading),
      warm,
      update: median(update),
      updateCpu: median(updateCpu),
      updateFloor: median(updateFloor),
      question: median(question),
    };
  } finally {
    source.dispose();
    rmSync(root, { recursive: true, force: true });
  }
}
