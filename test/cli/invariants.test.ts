// `ratchet invariants` and `ratchet baseline` as a person or CI runs them, on a small repository.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ruleHistoryDocumentSchema,
  rulesDocumentSchema,
  ruleTestsDocumentSchema,
} from '../../src/protocol/ruleDocuments.ts';
import { ratchet as run } from '../helpers/cli.ts';
import { makeRepository } from '../helpers/repository.ts';

const rule = (invalid: string) => `version: 1
clauses:
  - { id: logs, text: Output belongs in the log., rules: [no-console] }
  - { id: taste, text: Names are good., notCheckable: No rule knows a good name. }
rules:
  - id: no-console
    kind: calls
    message: Use the log.
    rationale: w
    files: ['src/**']
    targets: [{ global: ['console.*'] }]
    valid: [{ files: { src/a.ts: 'log(1);' } }]
    invalid: [{ files: { src/a.ts: '${invalid}' }, note: a call }]
  - { id: readme, kind: files, message: m, rationale: w, mustExist: [README.md] }
`;
let repo: ReturnType<typeof makeRepository>;
beforeEach(() => {
  repo = makeRepository({
    'README.md': '',
    '.ratchet/invariants/r.yml': rule('console.log(1);'),
    'src/a.ts': 'log(1);\n',
  });
});
afterEach(() => repo.remove());
const ratchet = (...args: string[]) => run(repo.root, args);
const baseline = () => readFileSync(join(repo.root, '.ratchet/baseline.tsv'), 'utf8');
const commit = (message: string) => {
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', message);
};

describe('ratchet invariants', () => {
  it('lists rules and clauses', async () => {
    const listed = await ratchet('invariants', 'list', '--json');
    expect(listed.code, listed.stderr).toBe(0);
    const document = rulesDocumentSchema.parse(JSON.parse(listed.stdout));
    expect(document.rules.map(({ id, examples }) => [id, examples])).toEqual([
      ['no-console', 2],
      ['readme', 0],
    ]);
    expect((await ratchet('invariants', 'list')).stdout).toContain('not checkable: No rule knows a good name.');
  });

  it('tests examples: 0 when they hold, 1 when one does not, 2 without rules', async () => {
    const held = await ratchet('invariants', 'test', '--json');
    expect(held.code, held.stderr).toBe(0);
    const document = ruleTestsDocumentSchema.parse(JSON.parse(held.stdout));
    expect(document.rules.map(({ id, status }) => [id, status])).toEqual([
      ['no-console', 'passed'],
      ['readme', 'untested'],
    ]);
    repo.write({ '.ratchet/invariants/r.yml': rule('konsole.log(1);') });
    const failed = await ratchet('invariants', 'test');
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('invalid example 1 (a call): no violation was found.');
    expect((await ratchet('invariants', 'test', '--rule', 'nothing')).code).toBe(2);
    repo.write({ '.ratchet/invariants/r.yml': 'version: 1\nrules: [{' });
    expect((await ratchet('invariants', 'test')).code).toBe(2);
  });

  it('tells when a rule held, broke and was repaired', async () => {
    for (const [text, message] of [
      ['console.log(1);\n', 'break it'],
      ['log(2);\n', 'mend it'],
    ] as const) {
      repo.write({ 'src/a.ts': text });
      commit(message);
    }
    const judged = await ratchet('invariants', 'history', '--rule', 'no-console', '--json');
    expect(judged.code, judged.stderr).toBe(0);
    const [history] = ruleHistoryDocumentSchema.parse(JSON.parse(judged.stdout)).rules;
    expect(history?.events.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['held', expect.any(String)],
      ['broke', 'break it'],
      ['repaired', 'mend it'],
    ]);
    const limited = await ratchet('invariants', 'history', '--limit', '1');
    expect(limited.stdout).toContain('1 commits');
  });
});

describe('ratchet baseline', () => {
  it('is loosened by a person, with a reason that stays', async () => {
    repo.write({ 'src/b.ts': 'console.log(1);\n' });
    expect((await ratchet('baseline', 'create')).code).toBe(0);
    commit('baseline');
    repo.write({ 'src/c.ts': 'export function c() {\n  console.error(1);\n}\n' });
    expect((await ratchet('baseline', 'allow', '--rule', 'no-console', '--reason', 'no')).code).toBe(2);
    const allowed = await ratchet(
      'baseline',
      'allow',
      '--rule',
      'no-console',
      '--reason',
      'The vendor mends it in May.',
    );
    expect(allowed.code, allowed.stderr).toBe(0);
    expect(baseline()).toMatch(/no-console\tsrc\/c\.ts\tc\t\w+\t1\t\w+\t.*<.*>: The vendor mends it in May\.\n/);
    const checked = await ratchet('check', '--json');
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain('The vendor mends it in May.');
  });

  it('is merged by git with the stricter side', async () => {
    repo.write({ 'src/b.ts': 'console.log(1);\n', 'src/c.ts': 'console.log(2);\n', 'src/d.ts': 'console.log(3);\n' });
    await ratchet('baseline', 'create');
    repo.write({ '.gitattributes': '.ratchet/baseline.tsv merge=ratchet-baseline\n' });
    commit('baseline');
    const cli = join(import.meta.dirname, '../../dist/cli.mjs');
    repo.git('config', 'merge.ratchet-baseline.driver', `"${process.execPath}" "${cli}" baseline merge %O %A %B`);
    const branch = repo.git('branch', '--show-current').trim();
    repo.git('checkout', '-q', '-b', 'other');
    repo.write({ 'src/b.ts': 'log(1);\n' });
    await ratchet('baseline', 'shrink');
    commit('mend b');
    repo.git('checkout', '-q', branch);
    repo.write({ 'src/c.ts': 'log(2);\n' });
    await ratchet('baseline', 'shrink');
    commit('mend c');
    execFileSync('git', ['merge', '-q', '-m', 'merge', 'other'], {
      cwd: repo.root,
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
    });
    const lines = baseline()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.map((line) => line.split('\t')[1])).toEqual(['src/d.ts']);
  });
});
