// Every kind of rule against the shapes it must see and those it must leave alone, by the rules' own examples in the real engine.
import { afterAll, describe, expect, it } from 'vitest';
import { newEngine } from '../helpers/gates.ts';
import { judgeBy, rule } from '../helpers/judgeRule.ts';

const engine = newEngine();
afterAll(async () => await engine.dispose());
const judge = judgeBy(engine);

describe('calls', () => {
  const write = rule({
    kind: 'calls',
    files: ['src/ui/**'],
    targets: [{ module: 'src/db/model.ts', names: ['Model.create'] }],
  });
  const model = 'export class Model { static async create<T>(x?: T) { return x; } static find() {} }\n';
  const world = (ui: string, more: Record<string, string> = {}) => ({
    'src/db/model.ts': model,
    ...more,
    'src/ui/a.ts': ui,
  });
  const shapes: Record<string, [string, Record<string, string>?]> = {
    'a.b()': ["import { Model } from '../db/model.ts';\nModel.create();"],
    'a?.b()': ["import { Model } from '../db/model.ts';\nModel?.create();"],
    "a['b']()": ["import { Model } from '../db/model.ts';\nModel['create']();"],
    'const { b } = a': ["import { Model } from '../db/model.ts';\nconst { create } = Model; create();"],
    'const { b: c } = a': ["import { Model } from '../db/model.ts';\nconst { create: c } = Model; c();"],
    'const c = a.b': ["import { Model } from '../db/model.ts';\nconst c = Model.create; c();"],
    'an aliased import': ["import { Model as M } from '../db/model.ts';\nM.create();"],
    'a namespace import': ["import * as db from '../db/model.ts';\ndb.Model.create();"],
    'a re-export under another name': [
      "import { Store } from '../db/index.ts';\nStore.create();",
      { 'src/db/index.ts': "export { Model as Store } from './model.ts';" },
    ],
    'export *': [
      "import { Model } from '../db/index.ts';\nModel.create();",
      { 'src/db/index.ts': "export * from './model.ts';" },
    ],
    'export * as': [
      "import { db } from '../db/index.ts';\ndb.Model.create();",
      { 'src/db/index.ts': "export * as db from './model.ts';" },
    ],
    'an exported alias': [
      "import { save } from '../db/save.ts';\nsave();",
      { 'src/db/save.ts': "import { Model } from './model.ts';\nexport const save = Model.create;" },
    ],
    bind: ["import { Model } from '../db/model.ts';\nconst c = Model.create.bind(Model); c();"],
    call: ["import { Model } from '../db/model.ts';\nModel.create.call(Model);"],
    apply: ["import { Model } from '../db/model.ts';\nModel.create.apply(Model, []);"],
    'a thin wrapper': [
      "import { save } from '../db/save.ts';\nsave(1);",
      {
        'src/db/save.ts':
          "import { Model } from './model.ts';\nexport const save = async (x: number) => await Model.create(x);",
      },
    ],
    'a wrapper function with rest': [
      "import save from '../db/save.ts';\nsave(1);",
      {
        'src/db/save.ts':
          "import { Model } from './model.ts';\nexport default function (...a: [number]) { return Model.create(...a); }",
      },
    ],
    'await a.b<T>()': ["import { Model } from '../db/model.ts';\nawait Model.create<string>('x');"],
    'a cast': ["import { Model } from '../db/model.ts';\n(Model as any).create!();"],
    'a dynamic import': ["const { Model } = await import('../db/model.ts');\nModel.create();"],
    require: ["const db = require('../db/model.ts');\ndb.Model.create();"],
    'handed on': ["import { Model } from '../db/model.ts';\n[1].map(Model.create);"],
    'in an object': ["import { Model } from '../db/model.ts';\nconst api = { save: Model.create }; api.save();"],
    'a later assignment': ["import { Model } from '../db/model.ts';\nlet f = () => {}; f = Model.create; f();"],
    '(0, a.b)()': ["import { Model } from '../db/model.ts';\n(0, Model.create)();"],
    'a condition': [
      "import { Model } from '../db/model.ts';\nconst f = Math.random() > 1 ? Model.find : Model.create; f();",
    ],
  };
  for (const [name, [text, more]] of Object.entries(shapes))
    it(`sees ${name}`, async () => {
      const judged = await judge(write, world(text, more));
      expect(judged.problems).toEqual([]);
      expect(judged.places.map((place) => place.split(':')[0])).toEqual(['src/ui/a.ts']);
    });

  const others: Record<string, [string, Record<string, string>?]> = {
    'another method': ["import { Model } from '../db/model.ts';\nModel.find();"],
    'another object of the same name': ['const Model = { create() {} };\nModel.create();'],
    'a shadowed import': [
      "import { Model } from '../db/model.ts';\nexport const f = (Model: { create(): void }) => Model.create();",
    ],
    'a mention in text': [
      "import { Model } from '../db/model.ts';\nexport const t = 'Model.create()'; // Model.create()\nexport type M = typeof Model;",
    ],
    'a function that does more than hand on': [
      "import { save } from '../db/save.ts';\nsave(1);",
      {
        'src/db/save.ts':
          "import { Model } from './model.ts';\nexport const save = (x: number) => { if (x > 1) return Model.create(x); };",
      },
    ],
    'what a call gives': ["import { Model } from '../db/model.ts';\nModel.find().create2();"],
  };
  for (const [name, [text, more]] of Object.entries(others))
    it(`leaves ${name} alone`, async () => {
      expect(await judge(write, world(text, more))).toMatchObject({ places: [], problems: [] });
    });

  it('leaves wrappers alone where the rule says so', async () => {
    const own = rule({ ...write, wrappers: false });
    const [text = '', more] = shapes['a thin wrapper'] ?? [];
    expect(await judge(own, world(text, more))).toMatchObject({ places: [], problems: [] });
  });

  it('knows built-ins and packages, with and without a default export', async () => {
    const fs = rule({ kind: 'calls', files: ['**/*.ts'], targets: [{ module: 'node:fs', names: ['readFile*'] }] });
    const text =
      "import fs from 'fs';\nimport { readFileSync as r } from 'node:fs';\nfs.readFile('x', () => {});\nr('x');\nfs.writeFileSync('x', '');\n";
    expect((await judge(fs, { 'a.ts': text })).places).toEqual(['a.ts:3', 'a.ts:4']);
    const db = rule({ kind: 'calls', files: ['**/*.ts'], targets: [{ module: 'npm:pg', names: ['Client.query'] }] });
    const made =
      "import { Client } from 'pg';\nconst c = new Client();\nawait c.query('x');\nawait new Client().query('y');\n";
    expect((await judge(db, { 'a.ts': made })).places).toEqual(['a.ts:3', 'a.ts:4']);
  });

  it('knows globals, however they are reached', async () => {
    const global = rule({ kind: 'calls', files: ['**/*.ts'], targets: [{ global: ['fetch', 'console.*'] }] });
    const text =
      "fetch('x');\nglobalThis.fetch('x');\nwindow['fetch']('x');\nconst { log } = console; log(1);\nconst fetch2 = fetch; fetch2('x');\nconsole.error?.(1);\n";
    expect((await judge(global, { 'a.ts': text })).places).toEqual([1, 2, 3, 4, 5, 6].map((line) => `a.ts:${line}`));
    const own = 'export const f = (fetch: () => void) => fetch();\nexport const g = { fetch() {} }.fetch();\n';
    expect((await judge(global, { 'a.ts': own })).places).toEqual([]);
  });

  it('knows methods of whatever object, narrowed by the name of the object', async () => {
    const member = rule({
      kind: 'calls',
      files: ['**/*.ts'],
      targets: [{ member: ['create', 'destroy'], on: ['prisma.**', 'db'] }],
    });
    const text =
      'declare const prisma: any; declare const db: any; declare const other: any;\nprisma.user.create();\ndb?.destroy();\nother.create();\nawait db.create<number>(1);\n';
    expect((await judge(member, { 'a.ts': text })).places).toEqual(['a.ts:2', 'a.ts:3', 'a.ts:5']);
    const any = rule({ kind: 'calls', files: ['**/*.ts'], targets: [{ member: ['create'] }] });
    const module = "const m = await import('./m');\nm.create();\nimport { create } from './m';\ncreate();\n";
    expect((await judge(any, { 'a.ts': module })).places).toEqual(['a.ts:2']);
  });

  it('proves nothing of what it cannot read or follow', async () => {
    const lost = await judge(write, world("import { x } from './nowhere.ts';\nx();"));
    expect(lost.problems.join()).toContain('nowhere');
    const broken = await judge(
      write,
      world("import { save } from '../db/broken.ts';\nsave();", { 'src/db/broken.ts': 'export const = ;' }),
    );
    expect(broken.problems.join()).toContain('syntax error');
  });

  it('offers its fix', async () => {
    const fixing = rule({ ...write, fix: { find: 'Model\\.create', replace: 'api.create' } });
    expect((await judge(fixing, world("import { Model } from '../db/model.ts';\nModel.create(1);"))).fixes).toEqual([
      'api.create(1)',
    ]);
  });
});

describe('imports', () => {
  const db = { 'src/db/db.ts': 'export const db = 1; export type Row = number;\n' };
  const forbid = rule({ kind: 'imports', from: ['src/ui/**'], forbid: ['src/db/**'] });
  const forms: Record<string, string> = {
    static: "import { db } from '../db/db.ts';",
    type: "import type { Row } from '../db/db.ts';",
    'inline type': "import { type Row } from '../db/db.ts';",
    reExport: "export { db } from '../db/db.ts';",
    'export all': "export * from '../db/db.ts';",
    dynamic: "await import('../db/db.ts');",
    'template literal': 'await import(`../db/db.ts`);',
    require: "require('../db/db.ts');",
    'require.resolve': "require.resolve('../db/db.ts');",
    'import equals': "import db = require('../db/db.ts');",
    'import() type': "export type R = import('../db/db.ts').Row;",
    'vi.mock': "vi.mock('../db/db.ts');",
    'vi.mock of an import': "vi.mock(import('../db/db.ts'));",
    'jest.mock': "jest.mock('../db/db.ts', () => ({}));",
    'new URL': "new Worker(new URL('../db/db.ts', import.meta.url));",
    'import.meta.resolve': "import.meta.resolve('../db/db.ts');",
  };
  for (const [name, text] of Object.entries(forms))
    it(`see ${name}`, async () => {
      expect(new Set((await judge(forbid, { ...db, 'src/ui/a.ts': text })).places)).toEqual(new Set(['src/ui/a.ts:1']));
    });

  it('count only the forms that a rule names', async () => {
    const mocks = rule({ kind: 'imports', from: ['src/ui/**'], forbid: ['src/db/**'], forms: ['mock'] });
    const text = "import { db } from '../db/db.ts';\nvi.mock('../db/db.ts');\n";
    expect((await judge(mocks, { ...db, 'src/ui/a.ts': text })).places).toEqual(['src/ui/a.ts:2']);
  });

  it('see what is reached through others, with the chain', async () => {
    const reach = rule({ kind: 'imports', from: ['src/ui/**'], reaches: ['src/db/**', 'npm:pg'] });
    const files = {
      ...db,
      'src/api/load.ts': "export { db } from '../db/db.ts';\n",
      'src/api/plain.ts': 'export const plain = 1;\n',
      'src/api/sql.ts': "import 'pg';\n",
      'src/ui/a.ts': "import { db } from '../api/load.ts';\n",
      'src/ui/b.ts': "import { plain } from '../api/plain.ts';\n",
      'src/ui/c.ts': "import '../api/sql.ts';\n",
    };
    const judged = await judge(reach, files);
    expect(judged.places).toEqual(['src/ui/a.ts:1', 'src/ui/c.ts:1']);
    expect(judged.messages[0]).toContain('src/ui/a.ts -> src/api/load.ts -> src/db/db.ts');
  });

  it('follow a path to a declaration that stands alone', async () => {
    const files = {
      'src/db/row.d.ts': 'export type Row = number;\n',
      'src/ui/a.ts': "import type { Row } from '../db/row';\n",
    };
    expect(await judge(forbid, files)).toMatchObject({ places: ['src/ui/a.ts:1'], problems: [] });
  });

  it('follow values alone where a rule says so', async () => {
    const text = {
      ...db,
      'src/api/t.ts': "import type { Row } from '../db/db.ts';\nexport type T = Row;\n",
      'src/ui/a.ts': "import '../api/t.ts';\n",
    };
    const all = rule({ kind: 'imports', from: ['src/ui/**'], reaches: ['src/db/**'] });
    const values = rule({ kind: 'imports', from: ['src/ui/**'], reaches: ['src/db/**'], through: 'values' });
    expect((await judge(all, text)).places).toHaveLength(1);
    expect((await judge(values, text)).places).toEqual([]);
  });

  it('are unproven where a link of the chain cannot be read', async () => {
    const reach = rule({ kind: 'imports', from: ['src/ui/**'], reaches: ['src/db/**'] });
    const files = { ...db, 'src/api/x.ts': 'export const = 1', 'src/ui/a.ts': "import '../api/x.ts';\n" };
    expect((await judge(reach, files)).problems.join()).toContain('syntax error');
    const elsewhere = { ...db, 'src/api/x.ts': 'export const = 1', 'src/ui/a.ts': 'export const a = 1;\n' };
    expect((await judge(reach, elsewhere)).problems).toEqual([]);
  });

  it('are unproven where the tsconfig extends what is not installed, but for paths beside the file', async () => {
    const files = {
      ...db,
      'tsconfig.json':
        '{ "extends": "@nobody/tsconfig-that-is-not-there", "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }',
      'src/ui/a.ts': "import { db } from '~/db/db.ts';\nimport '../db/db.ts';\n",
    };
    const judged = await judge(forbid, files);
    expect(judged.problems.join()).toContain('@nobody/tsconfig-that-is-not-there');
    expect(judged.places).toContain('src/ui/a.ts:2');
  });
});

describe('select', () => {
  it('finds nodes by selectors, types of TypeScript included', async () => {
    const some = rule({
      kind: 'select',
      files: ['**/*.ts'],
      selector: ['CallExpression[callee.name="eval"]', 'TSAnyKeyword', 'ClassDeclaration:not(:has(MethodDefinition))'],
    });
    const text =
      "eval('1');\nexport const a = (x: any) => x;\nexport class A {}\nexport class B { m() {} }\nconst evalX = 1;\n";
    expect((await judge(some, { 'a.ts': text })).places).toEqual(['a.ts:1', 'a.ts:2', 'a.ts:3']);
  });

  it('sees heritage, arrays, intersections, escaped names and JSX', async () => {
    const calls = rule({ kind: 'select', files: ['**/*'], selector: 'CallExpression[callee.name="g"]' });
    const text = 'declare const f: any, g: any;\nclass A extends f(g()) {}\nexport const e = [g()];\n\\u0067();\n';
    expect((await judge(calls, { 'a.ts': text })).places).toEqual(['a.ts:2', 'a.ts:3', 'a.ts:4']);
    expect((await judge(calls, { 'a.tsx': 'export const a = <div id={g()}>{g()}</div>;' })).places).toHaveLength(2);
  });

  it('can ask that every file has a match', async () => {
    const some = rule({ kind: 'select', files: ['src/*.ts'], selector: 'ExportNamedDeclaration', expect: 'some' });
    expect((await judge(some, { 'src/a.ts': 'export const a = 1;', 'src/b.ts': 'const b = 1;' })).places).toEqual([
      'src/b.ts:1',
    ]);
  });

  it('is unproven with a selector that cannot be read', async () => {
    const broken = rule({ kind: 'select', files: ['**/*.ts'], selector: 'CallExpression[' });
    expect((await judge(broken, { 'a.ts': '1;' })).problems.join()).toContain('not a selector');
  });
});

describe('files', () => {
  it('must exist, may not exist, and need companions', async () => {
    const exist = rule({ kind: 'files', mustExist: ['README.md', 'docs/*.md'], mustNotExist: ['**/*.env'] });
    expect((await judge(exist, { 'README.md': '', 'docs/a.md': '' })).places).toEqual([]);
    expect((await judge(exist, { 'README.md': '', 'x/a.env': '' })).places).toEqual(['docs/*.md:1', 'x/a.env:1']);
    const each = rule({
      kind: 'files',
      each: { files: ['src/**/*.ts'], needs: ['{dir}/{name}.test{ext}'] },
      except: ['**/*.test.ts'],
    });
    expect((await judge(each, { 'src/a.ts': '', 'src/a.test.ts': '', 'src/x/b.ts': '' })).places).toEqual([
      'src/x/b.ts:1',
    ]);
  });

  it('change together', async () => {
    const together = rule({ kind: 'files', together: { when: ['schema.sql'], needs: ['migrations/**'] } });
    const before = { 'schema.sql': 'a', 'migrations/1.sql': 'a' };
    expect((await judge(together, { ...before, 'schema.sql': 'b' }, before)).places).toEqual(['schema.sql:1']);
    expect((await judge(together, { ...before, 'schema.sql': 'b', 'migrations/2.sql': 'b' }, before)).places).toEqual(
      [],
    );
    expect((await judge(together, before, before)).places).toEqual([]);
  });
});

describe('metric', () => {
  it('may only improve, per file, folder and repository', async () => {
    const before = { 'src/a.ts': 'one\n', 'src/b.ts': 'one\ntwo\n' };
    const after = { 'src/a.ts': 'one\ntwo\n', 'src/b.ts': 'one\n' };
    const lines = (per: string) => rule({ kind: 'metric', files: ['src/**'], measure: 'lines', per });
    expect((await judge(lines('file'), after, before)).places).toEqual(['src/a.ts:1']);
    expect((await judge(lines('folder'), after, before)).places).toEqual([]);
    expect((await judge(lines('repository'), { ...after, 'src/c.ts': 'x\n' }, before)).places).toHaveLength(1);
  });

  it('counts functions, imports, selectors and regular expressions, upwards too', async () => {
    const file = (text: string) => ({ 'a.ts': text });
    const functions = rule({ kind: 'metric', files: ['**'], measure: 'functions', max: 1 });
    expect((await judge(functions, file('const f = () => 1; function g() {}'))).messages[0]).toContain('2 functions');
    const imports = rule({ kind: 'metric', files: ['**'], measure: 'imports', max: 0 });
    expect((await judge(imports, file("import 'x';"))).places).toHaveLength(1);
    const todo = rule({ kind: 'metric', files: ['**'], measure: { regex: 'TODO' }, per: 'repository' });
    expect((await judge(todo, file('// TODO TODO'), file('// TODO'))).places).toHaveLength(1);
    const tests = rule({
      kind: 'metric',
      files: ['**'],
      measure: { selector: 'CallExpression[callee.name="it"]' },
      better: 'higher',
    });
    expect((await judge(tests, file('it(1);'), file('it(1); it(2);'))).places).toHaveLength(1);
    expect((await judge(tests, file('it(1); it(2); it(3);'), file('it(1); it(2);'))).places).toEqual([]);
  });
});

describe('data', () => {
  it('joins a name in code with infrastructure', async () => {
    const queues = rule({
      kind: 'data',
      sources: [
        {
          name: 'used',
          files: ['src/**/*.ts'],
          selector: 'CallExpression[callee.property.name="sendTo"] > Literal.arguments:first-child',
        },
        { name: 'declared', files: ['infra/**/*.tf'], query: '$.resource.aws_sqs_queue.*[*].name' },
      ],
      assert: [{ every: 'used', in: 'declared' }],
    });
    const tf = 'resource "aws_sqs_queue" "mail" {\n  name = "mail-queue"\n  tags = { a = "b" }\n}\n';
    const code = (queue: string) => `import { bus } from 'bus';\nbus.sendTo('${queue}', 1);\n`;
    expect(await judge(queues, { 'infra/a.tf': tf, 'src/a.ts': code('mail-queue') })).toMatchObject({
      places: [],
      problems: [],
    });
    expect((await judge(queues, { 'infra/a.tf': tf, 'src/a.ts': code('post-queue') })).places).toEqual(['src/a.ts:2']);
    expect((await judge(queues, { 'infra/a.tf': 'resource "a" {', 'src/a.ts': code('x') })).problems.join()).toContain(
      'syntax error',
    );
    expect((await judge(queues, { 'src/a.ts': code('x') })).problems.join()).toContain('matches no file');
  });

  const formats: Record<string, [path: string, text: string, query: string, bad: string]> = {
    yaml: ['compose.yml', 'services:\n  web:\n    image: node:latest\n', '$.services.*.image', 'compose.yml:3'],
    'yaml of several documents': ['k.yaml', 'image: a:1\n---\nimage: node:latest\n', '$.image', 'k.yaml:3'],
    json: ['a.json', '{\n  // why\n  "image": "node:latest"\n}\n', '$.image', 'a.json:3'],
    toml: ['a.toml', '[x]\nimage = "node:latest"\n', '$.x.image', 'a.toml:2'],
    hcl: ['a.tf', 'resource "x" "y" {\n  image = "node:latest"\n}\n', '$.resource.x.y[*].image', 'a.tf:2'],
    dockerfile: [
      'Dockerfile',
      '# a\nFROM node:latest AS b\nRUN x \\\n  y\n',
      '$.instructions[?@.instruction == "FROM"].arguments[0]',
      'Dockerfile:2',
    ],
    env: ['.env.example', 'A=1\nIMAGE=node:latest\n', '$.IMAGE', '.env.example:2'],
    workflow: [
      '.github/workflows/ci.yml',
      'on: push\njobs:\n  a:\n    container: node:latest\n',
      '$.jobs.*.container',
      '.github/workflows/ci.yml:4',
    ],
  };
  for (const [name, [path, text, query, bad]] of Object.entries(formats))
    it(`reads ${name}, with the place`, async () => {
      const pinned = rule({
        kind: 'data',
        sources: [{ name: 'image', files: [path], query }],
        assert: [{ some: 'image' }, { every: 'image', matches: '(?<!:latest)$' }],
      });
      expect(await judge(pinned, { [path]: text })).toMatchObject({ places: [bad], problems: [] });
      expect(await judge(pinned, { [path]: text.replace('latest', '24') })).toMatchObject({ places: [], problems: [] });
    });

  it('reads SQL by its statements', async () => {
    const tables = rule({
      kind: 'data',
      sources: [
        { name: 'tables', files: ['**/*.sql'], query: '$.statements[?@.verb == "create table"].name' },
        {
          name: 'guarded',
          files: ['**/*.sql'],
          query: '$.statements[?@.verb == "create policy"].text',
          keep: ' on ([\\w.]+)',
        },
        { name: 'columns', files: ['**/*.sql'], query: '$.statements[*].columns[?@.type == "money"].name' },
      ],
      assert: [{ every: 'tables', in: 'guarded' }, { none: 'columns' }],
    });
    const sql =
      "-- create table no (a int);\ncreate table if not exists public.users (id int primary key, name text default 'a;b', primary key (id));\ncreate policy p on public.users using (true);\n";
    expect(await judge(tables, { 'a.sql': sql })).toMatchObject({ places: [], problems: [] });
    const more = `${sql}CREATE TABLE "public"."orders" (\n  id int,\n  price money\n);\n`;
    expect((await judge(tables, { 'a.sql': more })).messages.map((message) => message.split(' ')[0])).toEqual([
      '"public.orders"',
      '"price"',
    ]);
  });

  it('asserts none, some, unique, oneOf and notIn', async () => {
    const value = (assertion: Record<string, unknown>) =>
      rule({
        kind: 'data',
        sources: [
          { name: 'a', files: ['a.yml'], query: '$.a[*]' },
          { name: 'b', files: ['a.yml'], query: '$.b[*]' },
        ],
        assert: [assertion],
      });
    const files = { 'a.yml': 'a: [x, y, x]\nb: [y]\n' };
    const count = async (assertion: Record<string, unknown>) => (await judge(value(assertion), files)).places.length;
    expect(await count({ none: 'b' })).toBe(1);
    expect(await count({ some: 'a' })).toBe(0);
    expect(await count({ unique: 'a' })).toBe(1);
    expect(await count({ every: 'a', oneOf: ['x'] })).toBe(1);
    expect(await count({ every: 'a', notIn: 'b' })).toBe(1);
    expect(await count({ every: 'a', in: 'b' })).toBe(2);
  });
});
