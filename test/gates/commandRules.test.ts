// Rules of the kind command, rules of ast-grep, clauses and renames, in the gate with real trees.
import { afterAll, describe, expect, it } from 'vitest';
import { invariantsGate } from '../../src/gates/invariants.ts';
import { formatBaseline, identify } from '../../src/invariants/baseline.ts';
import { configSchema } from '../../src/protocol/config.ts';
import { newEngine, withChange } from '../helpers/gates.ts';

const engine = newEngine();
afterAll(async () => await engine.dispose());

/** JSON is YAML. */
const ruleFile = (rules: unknown, more: Record<string, unknown> = {}) => JSON.stringify({ version: 1, rules, ...more });

async function judge(files: Record<string, string>, commands: string[], change: Record<string, string | null> = {}) {
  return await withChange(
    files,
    change,
    (context) => invariantsGate.judge({ ...context, config: configSchema.parse({ invariants: { commands } }) }),
    engine,
  );
}

describe('command rules', () => {
  const of = (given: Record<string, unknown>) => ({
    '.ratchet/invariants/r.yml': ruleFile([
      { id: 'tool', kind: 'command', message: 'Mend it.', rationale: 'w', ...given },
    ]),
    'a.txt': 'a\n',
  });
  const print = (text: string) => `printf '%s' '${text}'`;

  it('judge by the exit code', async () => {
    expect(await judge(of({ command: 'test -f a.txt' }), ['test -f a.txt'])).toMatchObject({ status: 'passed' });
    expect(await judge(of({ command: 'test -f b.txt' }), ['test -f b.txt'])).toMatchObject({
      status: 'failed',
      findings: [expect.objectContaining({ rule: 'tool', message: 'Mend it.' })],
    });
  });

  it('run only what the configuration of the base lists', async () => {
    const judged = await judge(of({ command: 'touch ran.txt' }), []);
    expect(judged).toMatchObject({ status: 'unproven' });
    expect(judged.findings[0]?.message).toContain('not listed');
  });

  it('prove nothing when they cannot run, take too long, or report nothing', async () => {
    for (const [command, more] of [
      ['no-such-tool-anywhere', {}],
      ['sleep 20', { timeoutSeconds: 0.5 }],
      ['kill -9 $$', {}],
      ['echo no report', { result: 'sarif' }],
      ['true', { result: 'junit', report: 'none.xml' }],
      [`${print('{"runs":[{"results":[]}]}')}; exit 3`, { result: 'sarif' }],
      [print('<testsuites></testsuites>'), { result: 'junit' }],
    ] as const) {
      const judged = await judge(of({ command, ...more }), [command]);
      expect({ command, status: judged.status }).toEqual({ command, status: 'unproven' });
    }
  });

  it('read SARIF and JUnit', async () => {
    const result = (level: string, more = '') =>
      `{"ruleId":"no-x","level":"${level}","message":{"text":"x"},${more}"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.txt"},"region":{"startLine":1}}}]}`;
    const sarif = print(
      `{"runs":[{"results":[${result('error')},${result('note')},${result('warning', '"suppressions":[{}],')}]}]}`,
    );
    const judged = await judge(of({ command: sarif, result: 'sarif' }), [sarif]);
    expect(judged).toMatchObject({
      status: 'failed',
      findings: [{ path: 'a.txt', range: { startLine: 1 }, message: 'x Mend it.' }],
    });
    const junit = print(
      '<testsuite name="s"><testcase name="good"/><testcase name="bad"><failure/></testcase></testsuite>',
    );
    const tests = await judge(of({ command: junit, result: 'junit' }), [junit]);
    expect(tests.findings.map(({ evidence }) => evidence)).toEqual(['bad']);
  });
});

describe('rules of ast-grep', () => {
  const sg = (rule: string) => ({
    '.ratchet/invariants/r.yml': ruleFile([], { sgconfig: 'sgconfig.yml' }),
    'sgconfig.yml': 'ruleDirs: [rules]\n',
    'rules/a.yml': rule,
    'src/a.ts': 'debug(1);\nother(2);\n',
  });

  it('hold as the repository wrote them', async () => {
    const judged = await judge(
      sg(
        'id: No_Debug\nlanguage: TypeScript\nseverity: error\nmessage: no debug\nrule: { pattern: debug($A) }\nfix: log($A)\n',
      ),
      [],
    );
    expect(judged).toMatchObject({
      status: 'failed',
      findings: [{ rule: 'sg/no-debug', path: 'src/a.ts', fix: 'log(1)' }],
    });
  });

  it('that cannot be taken over are errored, not left out', async () => {
    expect(await judge(sg('id: x\nlanguage: Cobol\nrule: { pattern: a }\n'), [])).toMatchObject({ status: 'errored' });
    expect(await judge(sg('id: x\n'), [])).toMatchObject({ status: 'errored', findings: [{ path: 'rules/a.yml' }] });
  });
});

describe('clauses', () => {
  it('name rules that are there, or say why none can check them', async () => {
    const rule = { id: 'r', kind: 'files', mustNotExist: ['x'], message: 'm', rationale: 'w' };
    const clause = (given: Record<string, unknown>) => ({
      '.ratchet/invariants/r.yml': ruleFile([rule], { clauses: [{ id: 'c', text: 't', ...given }] }),
    });
    expect(await judge(clause({ rules: ['r'] }), [])).toMatchObject({ status: 'passed' });
    expect(await judge(clause({ notCheckable: 'It is a matter of taste.' }), [])).toMatchObject({ status: 'passed' });
    expect(await judge(clause({ rules: ['gone'] }), [])).toMatchObject({ status: 'errored' });
    expect(await judge(clause({}), [])).toMatchObject({ status: 'errored' });
  });
});

describe('the baseline of a gate', () => {
  const rules = ruleFile([
    { id: 'ui', kind: 'imports', from: ['src/ui/**'], forbid: ['src/db/**'], message: 'm', rationale: 'w' },
    { id: 'log', kind: 'calls', files: ['src/**'], targets: [{ global: ['console.*'] }], message: 'm', rationale: 'w' },
  ]);
  const body = Array.from({ length: 12 }, (_, index) => `export const line${index} = ${index};\n`).join('');
  const base = {
    '.ratchet/invariants/r.yml': rules,
    'src/db/db.ts': `export const db = 1;\n${body}`,
    'src/ui/a.ts': `import { db } from '../db/db.ts';\nexport function f() {\n  console.log(db);\n}\n${body}`,
  };

  it('follows a renamed file that is edited, and a renamed target', async () => {
    const found = await withChange(
      base,
      {},
      async ({ files, candidateTree, engine: own, checkout }) => {
        const listed = await files.list(candidateTree);
        const { loadRules } = await import('../../src/invariants/loadRules.ts');
        const loaded = await loadRules({ paths: ['.ratchet/invariants/r.yml'], read: async () => rules });
        return await checkout(candidateTree, (root) => own.judgeRules({ root, files: listed, rules: loaded.rules }));
      },
      engine,
    );
    if (!found.ok) throw new Error(found.failure.message);
    const entries = identify(found.value.violations).map(({ own }) => own);
    expect(entries).toHaveLength(2);
    const from = { ...base, '.ratchet/baseline.tsv': formatBaseline(entries) };
    expect(await judge(from, [])).toMatchObject({ status: 'passed' });
    const renamed = {
      'src/ui/a.ts': null,
      'src/ui/view.ts': `// moved\n${base['src/ui/a.ts'].replace('db/db.ts', 'db/pool.ts')}`,
      'src/db/db.ts': null,
      'src/db/pool.ts': base['src/db/db.ts'],
    };
    const judged = await judge(from, [], renamed);
    expect(judged.findings.map(({ rule }) => rule)).toEqual(['invariants/baseline-moved']);
    expect(judged.status).toBe('passed');
    // One more of the same in the renamed file is new.
    const more = { ...renamed, 'src/ui/view.ts': `${renamed['src/ui/view.ts']}console.log(1);\n` };
    expect(await judge(from, [], more)).toMatchObject({ status: 'failed' });
  });
});
