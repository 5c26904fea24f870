// Pattern rules, in every language that they name, in the real engine.
import { afterAll, describe, expect, it } from 'vitest';
import { patternLanguages } from '../../src/protocol/codeRules.ts';
import { newEngine } from '../helpers/gates.ts';
import { judgeBy, rule } from '../helpers/judgeRule.ts';

const engine = newEngine();
afterAll(async () => await engine.dispose());
const judge = judgeBy(engine);

describe('pattern', () => {
  it('matches patterns, rule objects and constraints, and offers fixes with metavariables', async () => {
    const pattern = rule({
      kind: 'pattern',
      language: 'ts',
      files: ['**/*.ts'],
      pattern: 'console.log($A)',
      fix: { replace: 'log.info($A)' },
    });
    expect(await judge(pattern, { 'a.ts': 'console.log(1);\nconsole.warn(2);\n' })).toMatchObject({
      places: ['a.ts:1'],
      fixes: ['log.info(1)'],
    });
    const constrained = rule({
      kind: 'pattern',
      language: 'ts',
      files: ['**/*.ts'],
      pattern: '$A.sleep($B)',
      constraints: { A: { regex: '^time$' } },
    });
    expect((await judge(constrained, { 'a.ts': 'time.sleep(1);\nbed.sleep(1);\n' })).places).toEqual(['a.ts:1']);
  });

  it('is unproven with what ast-grep does not take', async () => {
    const broken = rule({ kind: 'pattern', language: 'ts', files: ['**/*.ts'], rule: { kind: 'no_such_kind' } });
    expect((await judge(broken, { 'a.ts': '1;' })).problems).toHaveLength(1);
  });

  // Where a call alone is read as something else, ast-grep wants it shown in what it stands in.
  const within = (context: string, selector: string) => ({ rule: { pattern: { context, selector } } });
  const shown: [string, string, object, string][] = [
    ['python', 'a.py', { pattern: 'eval($X)' }, 'def f(x):\n    "😀"; eval(x)\n'],
    ['go', 'a.go', within('func t() { exec($X) }', 'call_expression'), 'package a\nfunc f() { exec(x) }\n'],
    ['rust', 'a.rs', { pattern: '$X.unwrap()' }, 'fn f() {\n    y.unwrap();\n}\n'],
    ['java', 'A.java', { pattern: 'System.exit($X)' }, 'class A {\n  void f() { System.exit(1); }\n}\n'],
    ['c', 'a.c', within('int t() { gets($X); }', 'call_expression'), 'int f() {\n  gets(x);\n}\n'],
    ['cpp', 'a.cpp', { pattern: 'gets($X)' }, 'int f() {\n  gets(x.data());\n}\n'],
    ['csharp', 'a.cs', { pattern: 'Console.WriteLine($X)' }, 'class A {\n  void F() { Console.WriteLine(x); }\n}\n'],
    ['ruby', 'a.rb', { pattern: 'eval($X)' }, 'def f\n  eval(code)\nend\n'],
    ['php', 'a.php', within('<?php eval($X);', 'function_call_expression'), '<?php\neval($a);\n'],
    ['lua', 'a.lua', { pattern: 'os.execute($X)' }, 'local a\nos.execute(x)\n'],
    ['bash', 'a.sh', { pattern: 'eval $X' }, '# é\neval "$1"\n'],
    ['powershell', 'a.ps1', { pattern: 'Invoke-Expression $X' }, '# é\nInvoke-Expression $code\n'],
    ['hcl', 'a.tf', { pattern: 'password = $X' }, 'resource "a" "b" {\n  password = "secret"\n}\n'],
    ['json', 'a.json', { rule: { kind: 'pair', has: { field: 'key', regex: 'password' } } }, '{\n "password": 1 }'],
    ['yaml', 'a.yml', { pattern: 'image: $X' }, 'a:\n  image: x:latest\n'],
    ['html', 'a.html', { rule: { kind: 'element', has: { kind: 'script_element' } } }, '\n<p><script></script></p>'],
    ['css', 'a.css', { rule: { kind: 'important' } }, 'a {\n  color: red !important;\n}\n'],
    ['js', 'a.js', { pattern: 'eval($X)' }, '\neval(x);\n'],
    ['ts', 'a.ts', { pattern: 'eval($X)' }, '\neval(x as string);\n'],
    ['tsx', 'a.tsx', { pattern: '<Raw html={$X} />' }, '\nconst a = <Raw html={x} />;\n'],
  ];
  it.each(shown)('sees what it is shown in %s, and nothing where it is not', async (language, path, sought, text) => {
    const of = rule({ kind: 'pattern', language, files: [path], ...sought });
    expect(await judge(of, { [path]: text })).toMatchObject({ places: [`${path}:2`], problems: [] });
    const without = text.split('\n')[0] ?? '';
    expect((await judge(of, { [path]: `${without}\n` })).places).toEqual([]);
  });

  it('knows every language that it names', () => {
    expect(shown.map(([language]) => language).sort()).toEqual([...patternLanguages].sort());
  });
});
