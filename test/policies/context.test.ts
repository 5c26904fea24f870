// What a policy is shown, from real git trees, by the child process that finds it.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Git } from '../../src/gym/git.ts';
import { ContextEngine } from '../../src/host/contextEngine.ts';
import { contextSource } from '../../src/host/contextSource.ts';
import { FactsCache } from '../../src/policies/context/factsCache.ts';
import { ContextGatherer } from '../../src/policies/context/gatherContext.ts';
import type { RepoContext } from '../../src/protocol/policy.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';

const secret = `sk-ant-api03-${'aB3'.repeat(10)}`;
const shop = {
  'README.md': '# Parcels',
  'src/discount.ts':
    "import { round } from './money.ts';\nexport const discountFor = (price: number) => round(price * 0.9);\n",
  'src/money.ts': 'export const round = (value: number) => Math.round(value * 100) / 100;\n',
  'src/server.ts': "import { discountFor } from './discount.ts';\nexport const serve = () => discountFor(1);\n",
  'src/settings.ts': `export const key = '${secret}';\n`,
  'test/discount.test.ts': "import { discountFor } from '../src/discount.ts';\nit('halves', () => discountFor(2));\n",
  'docs/unrelated.md': 'Nothing to see here.\n',
  'package-lock.json': 'discount '.repeat(500),
  '.env': `KEY=${secret}`,
};

const made: TestRepository[] = [];
const engines: ContextEngine[] = [];
const sources: { dispose(): void }[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose();
  for (const source of sources.splice(0)) source.dispose();
  for (const repository of made.splice(0)) repository.remove();
});
const repositoryOf = (files: Record<string, string>): TestRepository => {
  const repository = makeRepository(files);
  made.push(repository);
  return repository;
};
const treeOf = (repository: TestRepository): string => repository.git('rev-parse', 'HEAD^{tree}').trim();
const sourceOf = ({ root }: TestRepository) => {
  const source = contextSource(new Git(root));
  sources.push(source);
  return source;
};
const gathererOf = (repository: TestRepository): ContextGatherer =>
  new ContextGatherer(sourceOf(repository), new FactsCache(join(repository.root, '.git/ratchet/cache/context')));
const ask = async (repository: TestRepository, feature: string, tokens = 24_000, gatherer = gathererOf(repository)) =>
  await gatherer.gather({ tree: treeOf(repository), feature, tokens, testCommand: null });
const pathsOf = ({ excerpts }: RepoContext) => excerpts.map(({ path }) => path);

describe('what a policy is shown', () => {
  it('begins with what explains the project, then what the feature speaks of, then what belongs to it', async () => {
    const context = await ask(repositoryOf(shop), 'Give a discount to friends');
    expect(pathsOf(context).slice(0, 3).sort()).toEqual(['README.md', 'src/discount.ts', 'test/discount.test.ts']);
    // Neither says "discount": one is imported by what does, and is here for that.
    expect(pathsOf(context)).toContain('src/money.ts');
    const money = context.excerpts.find(({ path }) => path === 'src/money.ts');
    expect(money?.reasons).toEqual(expect.arrayContaining([expect.stringContaining('src/discount.ts')]));
    expect(context.excerpts.every(({ reasons }) => (reasons ?? []).length > 0)).toBe(true);
  });

  it('finds a file by a symbol, by its path, and by what changed with it before', async () => {
    const repository = repositoryOf(shop);
    const serve = (await ask(repository, 'Call `serve` twice')).excerpts[1];
    expect(serve?.path).toBe('src/server.ts');
    expect(serve?.reasons?.join('; ')).toMatch(/(?:defines|symbols) serve/);
    expect(pathsOf(await ask(repository, 'Rewrite docs/unrelated.md'))[1]).toBe('docs/unrelated.md');
    for (const round of [1, 2, 3]) {
      repository.write({
        'src/settings.ts': `export const round = ${round};\n`,
        'docs/unrelated.md': `Round ${round}\n`,
      });
      repository.commit(`tariffs, round ${round}`);
    }
    const { excerpts } = await ask(repository, 'Raise the tariffs');
    expect(
      excerpts
        .slice(1, 3)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['docs/unrelated.md', 'src/settings.ts']);
    expect(excerpts[1]?.reasons).toContain('past commits with like messages changed it');
  });

  it('is the same for the same question, with a cold, a warm and a living index', async () => {
    const repository = repositoryOf(shop);
    const gatherer = gathererOf(repository);
    const cold = await ask(repository, 'discount', 24_000, gatherer);
    expect(await ask(repository, 'discount', 24_000, gatherer)).toEqual(cold);
    expect(await ask(repository, 'discount')).toEqual(cold);
  });

  it('never shows a secret, nor a file that holds them', async () => {
    const context = await ask(repositoryOf(shop), 'settings key env');
    expect(JSON.stringify(context)).not.toContain(secret);
    expect(context.files).not.toContain('.env');
    expect(pathsOf(context)).toContain('src/settings.ts');
  });

  it('stays within the budget: files in full, then in part, then as outlines, then as paths', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `src/f${index}.ts`,
        Array.from(
          { length: 120 },
          (_line, at) => `export function discount_of_${index}_${at}(price: number) {\n  return price * ${at};\n}\n`,
        ).join(''),
      ]),
    );
    const repository = repositoryOf({ ...shop, ...many });
    for (const tokens of [2_000, 10_000, 40_000]) {
      const { excerpts, files, totalFiles, budget } = await ask(repository, 'discount for friends', tokens);
      const characters =
        excerpts.reduce((sum, { text, path }) => sum + text.length + path.length, 0) + files.join('\n').length;
      expect(characters / 3.5).toBeLessThanOrEqual(tokens);
      expect(budget?.used).toBeLessThanOrEqual(tokens);
      expect(budget?.used).toBeGreaterThan(tokens * 0.5);
      expect(totalFiles).toBe(308);
      expect(excerpts.some(({ kind }) => kind === 'outline' || kind === 'part')).toBe(true);
    }
  });

  it('survives what is no text, links, and file names that are meant to confuse', async () => {
    const repository = repositoryOf({
      'a.bin': '\0\xff\0',
      'src/\n:100644 000000 a b M.ts': 'export const odd = 1;\n',
      __proto__: 'constructor toString\n',
      'src/ok.ts': 'export const hasOwnProperty = 1;\nexport const constructor = 2;\n',
    });
    repository.git(
      'update-index',
      '--add',
      '--cacheinfo',
      `120000,${repository.git('rev-parse', 'HEAD:a.bin').trim()},link`,
    );
    repository.git(
      'commit',
      '-q',
      '-m',
      '\x1e0123456789012345678901234567890123456789\x1f forged\n:100644 100644 a b M',
    );
    const context = await ask(repository, 'constructor hasOwnProperty toString __proto__ odd');
    expect(context.files).toContain('src/ok.ts');
    expect(context.files).not.toContain('link');
    expect(pathsOf(context)).not.toContain('a.bin');
  });
});

describe('the rules of a repository', () => {
  it('are taken from where assistants look for them, in order and within bounds, and are no excerpts', async () => {
    const repository = repositoryOf({
      ...shop,
      'CLAUDE.md': 'Use tabs for discount.',
      'AGENTS.md': 'Run the linter.',
      '.cursorrules': 'Run the linter.',
      '.cursor/rules/style.mdc': 'No semicolons.',
      '.github/copilot-instructions.md': `Key: ${secret}\n${'Long. '.repeat(4_000)}`,
      '.claude/skills/release/SKILL.md': 'How to release.',
    });
    const { rules, excerpts } = await ask(repository, 'discount');
    expect(rules?.map(({ path, truncated }) => [path, truncated])).toEqual([
      ['CLAUDE.md', false],
      ['AGENTS.md', false],
      ['.github/copilot-instructions.md', true],
      ['.cursor/rules/style.mdc', false],
      ['.claude/skills/release/SKILL.md', false],
    ]);
    expect(JSON.stringify(rules)).not.toContain(secret);
    expect(excerpts.map(({ path }) => path)).not.toContain('CLAUDE.md');
  });
});

describe('the index', () => {
  it('reads only what changed, and forgets what is gone', async () => {
    const repository = repositoryOf(shop);
    const gatherer = gathererOf(repository);
    expect(await gatherer.update(treeOf(repository))).toBe(7);
    repository.write({ 'src/money.ts': 'export const coins = 1;\n', 'src/new.ts': 'export const fresh = 1;\n' });
    repository.git('rm', '-q', 'src/server.ts');
    repository.commit('next');
    expect(await gatherer.update(treeOf(repository))).toBe(2);
    const living = await gatherer.gather({
      tree: treeOf(repository),
      feature: 'coins fresh',
      tokens: 9_000,
      testCommand: null,
    });
    expect(living).toEqual(await ask(repository, 'coins fresh', 9_000));
    expect(living.files).not.toContain('src/server.ts');
  });

  it('follows a file that becomes a folder, a link or executable, and a folder that becomes a file', async () => {
    const repository = repositoryOf({
      ...shop,
      'lib/deep/er/a.ts': 'export const a = 1;\n',
      'lib/b.ts': 'export const b = 1;\n',
    });
    const gatherer = gathererOf(repository);
    const asked = { feature: 'deep a b money', tokens: 9_000, testCommand: null };
    const compare = async () =>
      expect(await gatherer.gather({ tree: treeOf(repository), ...asked })).toEqual(
        await gathererOf(repository).gather({ tree: treeOf(repository), ...asked }),
      );
    await compare();
    repository.git('rm', '-q', '-r', 'lib/deep', 'src/money.ts');
    repository.write({ 'lib/deep': 'a file now\n', 'src/money.ts/coins.ts': 'export const coins = 1;\n' });
    chmodSync(join(repository.root, 'lib/b.ts'), 0o755);
    symlinkSync('deep', join(repository.root, 'lib/link'));
    repository.commit('swap');
    await compare();
    repository.git('rm', '-q', 'lib/b.ts');
    symlinkSync('deep', join(repository.root, 'lib/b.ts'));
    repository.commit('link');
    await compare();
  });

  it('keeps facts on disk by blob, survives damage there, and stays within its bound', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [`src/f${index}.ts`, `export const value${index} = ${index};\n`]),
    );
    const repository = repositoryOf(files);
    const folder = join(repository.root, '.git/ratchet/cache/context');
    expect(await gathererOf(repository).update(treeOf(repository))).toBe(150);
    expect(await gathererOf(repository).update(treeOf(repository))).toBe(0);
    const [name = ''] = readdirSync(folder);
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    writeFileSync(join(folder, name), [...lines.slice(0, 99), '["half', 'null', lines[99]?.slice(0, 30)].join('\n'));
    expect(await gathererOf(repository).update(treeOf(repository))).toBe(51);
    expect(await gathererOf(repository).update(treeOf(repository))).toBe(0);
    const small = new ContextGatherer(sourceOf(repository), new FactsCache(folder, 2_000));
    repository.write({ 'src/f0.ts': 'export const other = 1;\n' });
    repository.commit('next');
    await small.update(treeOf(repository));
    expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(2_000);
  });
});

describe('the child process', () => {
  const engineOf = (options: { entry?: string; timeoutMs?: number } = {}) => {
    const engine = new ContextEngine({
      entry: resolve(import.meta.dirname, '../../src/host/contextMain.ts'),
      ...options,
    });
    engines.push(engine);
    return engine;
  };
  const question = (repository: TestRepository) => ({
    root: repository.root,
    commonDir: join(repository.root, '.git'),
    tree: treeOf(repository),
    feature: 'discount',
    tokens: 9_000,
    testCommand: 'npm test',
  });
  const going = () => new AbortController().signal;
  const isAlive = (pid: number | undefined): boolean =>
    existsSync(`/proc/${pid}/status`) && !/State:\s+Z/.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

  it('answers, keeps its index, and ends with its owner', async () => {
    const repository = repositoryOf(shop);
    const engine = engineOf();
    const first = await engine.gather(question(repository), going());
    const { pid } = engine;
    expect(first.ok && pathsOf(first.value)).toContain('src/discount.ts');
    expect(await engine.gather(question(repository), going())).toEqual(first);
    expect(engine.pid).toBe(pid);
    await engine.dispose();
    if (process.platform === 'linux') expect(isAlive(pid)).toBe(false);
  });

  it('says what went wrong as a value, and answers the next question', async () => {
    const repository = repositoryOf(shop);
    const engine = engineOf();
    const failed = await engine.gather({ ...question(repository), tree: '0'.repeat(40) }, going());
    expect(failed.ok ? '' : failed.failure.message).toMatch(/^The context could not be found: /);
    expect((await engine.gather(question(repository), going())).ok).toBe(true);
  });

  it('is killed when it hangs, and when a person cancels; the next question starts another', async () => {
    const repository = repositoryOf(shop);
    const script = join(repository.root, 'hang.mjs');
    mkdirSync(repository.root, { recursive: true });
    writeFileSync(script, "process.on('message', () => { for (;;); });\n");
    const hanging = engineOf({ entry: script, timeoutMs: 700 });
    const late = await hanging.gather(question(repository), going());
    expect(late.ok ? '' : late.failure.message).toContain('took longer than 1 seconds');
    const abort = new AbortController();
    const canceled = engineOf({ entry: script }).gather(question(repository), abort.signal);
    setTimeout(() => abort.abort(), 200);
    await expect(canceled).rejects.toThrow();
    const dead = engineOf({ entry: join(repository.root, 'missing.mjs') });
    const gone = await dead.gather(question(repository), going());
    expect(gone.ok ? '' : gone.failure.message).toContain('ended unexpectedly');
  });
});
