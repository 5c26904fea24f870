// What is left out for speed must never be what a rule would see: facts with and without the look at the text, over the shapes a
// call or an import can have, over spellings that hide a name, and over the files of this project.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import esquery from 'esquery';
import type { Node } from 'estree';
import { describe, expect, it } from 'vitest';
import { callFacts, type Sought } from '../../src/invariants/facts/callFacts.ts';
import type { FactMaker } from '../../src/invariants/facts/factStore.ts';
import { importFacts } from '../../src/invariants/facts/importFacts.ts';
import { SourceFile } from '../../src/invariants/facts/script.ts';
import { selectFacts } from '../../src/invariants/facts/selectFacts.ts';

const shapes = [
  'm.create();',
  'm?.create();',
  "m['create']();",
  'm[`create`]();',
  'const { create } = m; create();',
  'const { create: c } = m; c();',
  "const { 'create': c } = m; c();",
  'const c = m.create; c();',
  'const c = m.create; const d = c; function f() { d(); }',
  'let f = () => {}; f = m.create; f();',
  'const c = m.create.bind(m); c();',
  'm.create.call(m); m.create.apply(m, []);',
  "await m.create<string>('x');",
  '(m as any).create!();',
  '(0, m.create)();',
  'const f = a > 1 ? m.find : m.create; f();',
  'const api = { save: m.create }; api.save();',
  'const api = { create: other }; api.create();',
  'class A { #create() {} run() { this.#create(); } }',
  'new m.create(); m.create`x`; @m.create class B {}',
  '@m.create() export class C { constructor(@m.create() readonly x: number) {} }',
  'm.\n  create();',
  'm. /* why */ create();',
  'm // why\n  .create();',
  'm\n. // why\ncreate();',
  'const {\n  // why\n  create,\n} = m; create();',
  'const { a,create } = m; create();',
  'const { ...rest } = m; rest.create();',
  "m['cre\\ate'](); m['\\create']();",
  "m['cr\\x65ate']();",
  'm.cr\\u0065ate(); m.\\u{63}reate();',
  "m['cr\\\neate']();",
  "m['cr\\145ate']();",
  "m['cre' + 'ate']();",
  "'m.create()'; // m.create()\n/* m.create() */",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
  'const text = `${m.create()}`; const n = <any>(<unknown>m.create());',
  "[1].map(m.create); log('create', create);",
  'console.log(1);',
  'globalThis.console.log(1);',
  "window['console'].error(1);",
  'const { log } = console; log(1);',
  'const c = console; const d = c; function f() { d.log(1); }',
  'let c; c = console; c.log(1);',
  'const { log: l } = globalThis.console; [1].forEach(l);',
  'const f = (console) => console.log(1);',
  "globalThis['cons\\ole'].log(1);",
  'con\\u0073ole.log(1);',
  'function f() { var g = console.log; } g(1);',
  'var g; { var g = console.log; } g(1);',
  'for (const l of [console.log]) l(1);',
  'const [l] = [console.log]; l(1);',
  'try { x(); } catch (console) { console.log(1); }',
  "import { console } from './mine.ts'; console.log(1);",
  'const a = () => { const o = console; return () => { const p = o; return () => p.warn(1); }; };',
];
const sought: Sought[] = [
  { globals: [], members: ['create', 'save'], imports: false },
  { globals: ['console.*'], members: [], imports: false },
  { globals: ['console.**', 'fetch'], members: ['error'], imports: false },
];
const imports = [
  "import a from './a';",
  "import './a'",
  "import a, { b as c, type D } from './a';",
  "import { type D, type E } from './a';",
  "import type D from './a';",
  "import type { D } from './a';",
  "import type from './a';",
  "import type, { a } from './a';",
  "import { type as b } from './a';",
  "import { type } from './a';",
  "import * as n from './a';",
  'import{a}from\'./a\';import*as b from"./b"',
  "import a from './a' with { type: 'json' };",
  "import a from './a'\nwith (a) {}",
  "import a from './a'\n;",
  "import a = require('./a');",
  "import a = b.c; import d from './d';",
  "'use strict'\nimport a from './a';",
  "'use client'; import a from './a';",
  "#!/usr/bin/env node\n// why\nimport a from './a'; // why",
  "/* import z from './z'; */ import a from './a';",
  "const s = `\nimport z from './z';\n`;",
  "import a from './a';\nconst s = 'import';",
  "export * from './a'; export * as n from './b'; export { c } from './c';",
  "export { type C } from './c'; export type { D } from './d'; export type * from './e'; export {} from './f';",
  'const x = 1; export { x };',
  "const x = 1;\nexport { x } from './late';",
  "export /* why */ { x } from './a';",
  "import('./a'); import(`./b`); import('./c' + x); import(/* why */ './d');",
  "type T = import('./a').T; let u: import /* why */ ('./b').U;",
  "type T = typeof import('./a'); import('./b');",
  "require('./a'); require.resolve('./b'); module.require('./c'); require?.('./d'); require /* why */ ('./e');",
  "require!('./a'); module['require']('./b'); module['re\\quire']('./c'); require<T>('./d');",
  "r\\u0065quire('./a'); module['r\\x65quire']('./b');",
  "import a from './\\x61';",
  "vi.mock('./a'); jest?.mock('./b'); vi['mock']('./c'); vi['mo\\ck']('./d'); vi\n.mock(import('./e'));",
  "new URL('./a', import.meta.url); import.meta.resolve('./b'); new URL('./c', import /* why */ .meta.url);",
  "declare module 'x' { import { y } from './a'; export * from './b'; }",
  "declare /* why */ module 'x' { import { y } from './a'; }",
  "@deco(require('./a')) export class A { constructor(@deco(require('./b')) x: number) {} }",
  "import a from './a';\nconst important = 1; const from = 2; export const b = { from };",
];

const factsBy = async <T>(maker: FactMaker<T>, path: string, text: string): Promise<T> => {
  const file = new SourceFile(path, text);
  return maker.fromText?.(file) ?? (await maker.make(file));
};
const whole = (path: string, text: string): SourceFile => {
  const file = new SourceFile(path, text);
  file.readsWhole = true;
  return file;
};

function* ownFiles(folder: string): Generator<[path: string, text: string]> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* ownFiles(path);
    else if (/\.tsx?$/.test(entry.name)) yield [path, readFileSync(path, 'utf8')];
  }
}
const own = [...ownFiles(join(import.meta.dirname, '../../src'))];
/** Shapes one by one, with and without code of all kinds around them. */
const around = (shape: string): [string, string][] => [
  ['a.ts', shape],
  [
    'a.ts',
    `export const before = () => { const unseen = 1; return unseen; };\n${shape}\nfunction after() { f(); g(); c(); }\n`,
  ],
];

describe('calls', () => {
  const thorough = (one: Sought) => callFacts(one, true);
  it('of every shape are seen as without a look at the text', async () => {
    for (const shape of shapes)
      for (const [path, text] of around(shape))
        for (const one of sought) {
          const expected = await thorough(one).make(new SourceFile(path, text));
          expect({ text, facts: await factsBy(callFacts(one), path, text) }).toEqual({ text, facts: expected });
        }
  });

  it('are seen in combinations of shapes', async () => {
    let state = 11;
    const next = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return Math.floor((state / 0x80000000) * below);
    };
    let seen = 0;
    for (let round = 0; round < 300; round += 1) {
      const text = Array.from({ length: 2 + next(3) }, () => `{ ${shapes[next(shapes.length)]}\n }`)
        .filter((part) => !/import \{|@/.test(part))
        .join('\n');
      for (const one of sought) {
        const file = whole('a.ts', text);
        if (file.module.problem !== null) continue;
        const expected = await thorough(one).make(file);
        seen += expected.length;
        expect({ text, facts: await factsBy(callFacts(one), 'a.ts', text) }).toEqual({ text, facts: expected });
      }
    }
    expect(seen).toBeGreaterThan(300);
  });

  it('are seen in the files of this project', async () => {
    let seen = 0;
    const more: Sought = { globals: ['process.**', 'Promise.*'], members: ['get', 'push', 'set'], imports: false };
    for (const [path, text] of own)
      for (const one of [...sought, more]) {
        const expected = await thorough(one).make(new SourceFile(path, text));
        seen += expected.length;
        expect(await factsBy(callFacts(one), path, text)).toEqual(expected);
      }
    expect(seen).toBeGreaterThan(500);
  });

  it('are not looked for in a text that has no such name', async () => {
    const [members, globals] = sought;
    if (members === undefined || globals === undefined) throw new Error('nothing is sought');
    expect(callFacts(members).fromText?.(new SourceFile('a.ts', 'const createAll = 1; // you can create it'))).toEqual(
      [],
    );
    expect(callFacts(globals).fromText?.(new SourceFile('a.ts', 'log(1);'))).toEqual([]);
    expect(callFacts(globals).fromText?.(new SourceFile('a.ts', 'l\\u006fg(1);'))).toBeUndefined();
  });
});

describe('imports', () => {
  const parsed = async (path: string, text: string) => await importFacts.make(new SourceFile(path, text));
  it('that the parser does not list are all found', async () => {
    // A name that is hidden makes the reader look at every node.
    for (const text of imports) {
      const every = await parsed('a.ts', `${text}\n'\\u0020';`);
      const places = ({ specifier, form, range }: (typeof every)[number]) =>
        `${form} ${specifier} ${range.startLine}:${range.startColumn}`;
      expect({ text, facts: (await parsed('a.ts', text)).map(places) }).toEqual({ text, facts: every.map(places) });
    }
  });
});

describe('selectors', () => {
  const { visitorKeys } = createRequire(import.meta.url)('oxc-parser');
  const selectors = [
    'TSAnyKeyword',
    ':matches(TSAnyKeyword, DebuggerStatement)',
    'TSTypeAnnotation > TSAnyKeyword',
    'MemberExpression[object.object.name="process"][object.property.name="env"]',
    'FunctionDeclaration Identifier[name="path"]',
    'VariableDeclarator[id.name="known"] > CallExpression',
    ':matches(NewExpression, ThrowStatement)',
    'NewExpression[callee.name="Map"], AwaitExpression',
    'Identifier[name="path"] ~ Identifier[name="text"]',
    'ClassDeclaration:has(Identifier[name="name"])',
    'CallExpression:not([callee.name="push"])[callee.property.name="push"]',
    'Identifier[name="create"]',
  ];
  const texts: [string, string][] = [
    ...own,
    ...shapes.map((text): [string, string] => ['a.ts', text]),
    ['a.ts', 'let a: any, b: /* why */ any[], c = <any>x, d = y as any; type T = { [K in any as any]: (any) };'],
    [
      'a.ts',
      'type A = keyof any; let b = c satisfies any; let d: readonly any[]; let e: F<any>; let g: [...any[], any?];',
    ],
    [
      'a.ts',
      'type A<T> = T extends any ? any : { [K in any]-?: any }; let b: typeof c extends   any ? 1 : 2; let d: any|any&any;',
    ],
    ['a.ts', `let a = b as${' '.repeat(60)}any; // as if any\n`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
    ['a.ts', 'let a: // why any\n any; type T = `${any}`; let u: unique any; class D extends E<any> implements any {}'],
    ['a.ts', 'export const f = (a: any = 1, ...b: any): b is any => true; // any\nlet e: "any";'],
    ['a.ts', '@d(e as any) export class A { constructor(@d(e as any) f: number) {} }'],
    ['a.ts', '@d(cre\\u0061te) export class A {}'],
  ];
  it('match what esquery matches in the whole tree', async () => {
    let seen = 0;
    for (const [path, text] of texts)
      for (const selector of selectors) {
        const file = whole(path, text);
        const options = { visitorKeys };
        const every: { start: number; end: number }[] = [];
        const tree: unknown = file.program;
        for (const node of esquery.match(tree as Node, esquery.parse(selector), options)) every.push(Object(node));
        const expected = [...new Set(every)]
          .sort((a, b) => a.start - b.start)
          .map(({ start, end }) => file.lines.range(start, end));
        seen += expected.length;
        const found = (await factsBy(selectFacts([selector]), path, text)).map(({ range }) => range);
        expect({ path, selector, found }).toEqual({ path, selector, found: expected });
      }
    expect(seen).toBeGreaterThan(1_000);
  });
});
