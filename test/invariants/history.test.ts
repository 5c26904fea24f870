// Rules over a history of random commits: at every commit the number must be what a check of that commit finds.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCommitLog } from '../../src/gym/commitLog.ts';
import { InvariantEngine } from '../../src/invariants/engine.ts';
import { invariantRuleSchema } from '../../src/protocol/rules.ts';
import { engineEntry, openTestRepository } from '../helpers/gates.ts';
import { makeRepository } from '../helpers/repository.ts';

const signal = new AbortController().signal;
const rules = [
  { id: 'ui', kind: 'imports', from: ['src/ui/**'], forbid: ['src/db/**', 'npm:pg'] },
  { id: 'types', kind: 'imports', from: ['src/**'], allow: ['src/**', 'node:*'], allowTypes: ['npm:*'] },
  { id: 'eval', kind: 'select', files: ['src/**/*.ts'], selector: 'CallExpression[callee.name="eval"]' },
  { id: 'log', kind: 'calls', files: ['src/**'], targets: [{ global: ['console.*'] }] },
  { id: 'new-date', kind: 'pattern', language: 'ts', files: ['src/**/*.ts'], pattern: 'new Date()' },
  { id: 'lines', kind: 'metric', files: ['src/**'], measure: 'lines', max: 4 },
  { id: 'no-env', kind: 'files', mustNotExist: ['**/*.env'] },
  { id: 'circles', kind: 'imports', from: ['src/**'], cycles: true },
  { id: 'shared', kind: 'imports', from: ['src/**'], forbid: ['packages/*/src/db.ts'] },
  { id: 'packages', kind: 'imports', from: ['src/**'], forbid: ['packages/**'] },
].map((given) => invariantRuleSchema.parse({ message: 'm', rationale: 'w', ...given }));

const lines = [
  "import { db } from '../db/db.ts';",
  "import { db } from '../db/db';",
  "import { x } from '~/db/more';",
  "import type { P } from 'pg';",
  "import 'pg';",
  "import 'shared';",
  "import 'shared/db';",
  "await import('../db');",
  'eval(1);',
  'console.log(1);',
  'const { error } = console; error(1);',
  'new Date();',
  'const a = 1;',
];
const paths = [
  'src/ui/a.ts',
  'src/ui/b.ts',
  'src/ui/db/db.ts',
  'src/db/db.ts',
  'src/db/more.ts',
  'src/db/index.ts',
  'src/x.env',
  'packages/shared/src/db.ts',
  'packages/shared/package.json',
];
const manifests = [{ name: 'shared' }, { name: 'shared', exports: { './db': './dist/db.js' } }, { name: 'other' }];

/** A small generator, so that a failure can be seen again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

const repo = makeRepository({
  'package.json': '{ "workspaces": ["packages/*"] }',
  'tsconfig.json': '{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }',
  'src/db/db.ts': 'export const db = 1;\n',
});
const next = random(7);
const commits: string[] = [repo.git('rev-parse', 'HEAD').trim()];
const present = new Set(['src/db/db.ts']);
for (let index = 0; index < 40; index += 1) {
  const path = paths[next(paths.length)] ?? '';
  if (present.has(path) && next(4) === 0) {
    repo.git('rm', '-q', path);
    present.delete(path);
  } else {
    const text = Array.from({ length: next(6) }, () => lines[next(lines.length)]).join('\n');
    const manifest = { ...manifests[next(manifests.length)], version: `${index}` };
    repo.write({ [path]: path.endsWith('.json') ? JSON.stringify(manifest) : `${text}\n// ${index}\n` });
    present.add(path);
  }
  repo.git('add', '-A');
  repo.git('commit', '-q', '--allow-empty', '-m', `change ${index}`);
  commits.push(repo.git('rev-parse', 'HEAD').trim());
}
const engine = new InvariantEngine({ entry: engineEntry, repository: repo.root });
afterAll(async () => {
  await engine.dispose();
  repo.remove();
});

/** What a check of a checkout finds. */
async function scan(commit: string): Promise<Map<string, number>> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-scan-')));
  try {
    const env = { ...process.env, GIT_INDEX_FILE: join(repo.root, '.git', 'scan-index') };
    execFileSync('git', ['read-tree', commit], { cwd: repo.root, env });
    execFileSync('git', ['checkout-index', '-a', `--prefix=${folder}/`], { cwd: repo.root, env });
    const listed = execFileSync('git', ['ls-tree', '-r', commit], { cwd: repo.root, encoding: 'utf8' });
    const files = listed.split('\n').flatMap((line) => {
      const [, blob, path] = /^\d+ blob (\w+)\t(.*)$/.exec(line) ?? [];
      return blob === undefined || path === undefined ? [] : [{ path, blob }];
    });
    const judged = await engine.judgeRules({ root: folder, files, rules }, signal);
    if (!judged.ok) throw new Error(judged.failure.message);
    const counts = new Map<string, number>();
    for (const { rule } of judged.value.violations) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    return counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the history of rules', () => {
  it('is what a check of every commit finds, without a checkout', async () => {
    const before = readdirSync(repo.root).sort();
    const log = await readCommitLog(await openTestRepository(repo.root), 'HEAD', undefined, signal);
    if (!log.ok) throw new Error(log.failure.message);
    expect(log.value.commits.map(({ id }) => id)).toEqual(commits);
    const judged = await engine.judgeHistory(log.value, rules, signal);
    if (!judged.ok) throw new Error(judged.failure.message);
    const histories = new Map(judged.value.rules.map((one) => [one.id, one]));
    expect(histories.get('circles')?.notBacktested).toContain('every file');
    for (const [at, commit] of commits.entries()) {
      const found = await scan(commit);
      for (const [id, history] of histories) {
        if (history.notBacktested !== null) continue;
        const last = history.events.filter((event) => commits.indexOf(event.commit) <= at).at(-1);
        expect({ id, at, violations: last?.violations ?? 0 }).toEqual({ id, at, violations: found.get(id) ?? 0 });
      }
    }
    expect(histories.get('ui')?.events.map(({ kind }) => kind)).toContain('broke');
    expect(readdirSync(repo.root).sort()).toEqual(before);
  }, 120_000);

  it('of the newest commits begins with the files that were there', async () => {
    const repository = await openTestRepository(repo.root);
    const whole = await readCommitLog(repository, 'HEAD', undefined, signal);
    const some = await readCommitLog(repository, 'HEAD', 5, signal);
    if (!whole.ok || !some.ok) throw new Error('no log');
    expect(some.value.commits).toHaveLength(5);
    const [all, newest] = [
      await engine.judgeHistory(whole.value, rules, signal),
      await engine.judgeHistory(some.value, rules, signal),
    ];
    if (!all.ok || !newest.ok) throw new Error('not judged');
    expect(newest.value.rules.map(({ id, now }) => [id, now])).toEqual(all.value.rules.map(({ id, now }) => [id, now]));
  });
});
