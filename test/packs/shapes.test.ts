// The shapes a call and an import can have: a rule over calls sees each of them, and so does a rule over imports.
import { afterAll, describe, expect, it } from 'vitest';
import { InvariantEngine } from '../../src/invariants/engine.ts';
import { judgeExample } from '../../src/invariants/testRules.ts';
import type { InvariantRule } from '../../src/protocol/rules.ts';
import { engineEntry } from '../helpers/gates.ts';
import { readPacks } from '../helpers/packs.ts';

const engine = new InvariantEngine({ entry: engineEntry });
afterAll(async () => await engine.dispose());

const rules = new Map([...readPacks().values()].flatMap((pack) => pack.rules.map((rule) => [rule.id, rule] as const)));

function ruleOf(id: string): InvariantRule {
  const rule = rules.get(id);
  if (rule === undefined) throw new Error(`There is no rule ${id}.`);
  return rule;
}

/** Judges one file for each shape, and tells in which of them nothing was found. */
async function missed(
  id: string,
  files: Readonly<Record<string, string>>,
  shapes: Iterable<string>,
): Promise<string[]> {
  const judged = await judgeExample(ruleOf(id), { files: { ...files } }, engine, new AbortController().signal);
  if (!judged.ok) throw new Error(judged.failure.message);
  expect(judged.value.problems).toEqual([]);
  const found = new Set(judged.value.violations.map(({ path }) => path));
  return [...shapes].filter((path) => !found.has(path));
}

interface ExportCall {
  readonly rule: string;
  /** The path of the file for a shape. */
  readonly path: (shape: string) => string;
  readonly specifier: string;
  /** The export, and the rest of the dotted name. */
  readonly name: string;
  readonly rest?: readonly string[];
  readonly isNew?: boolean;
  /** Other files that the module needs. */
  readonly files?: Readonly<Record<string, string>>;
}

const prisma = "import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient();\n";
const exportCalls: ExportCall[] = [
  {
    rule: 'ui-layer/no-file-writes',
    path: (shape) => `app/${shape}/route.ts`,
    specifier: 'node:fs/promises',
    name: 'writeFile',
  },
  {
    rule: 'ui-layer/no-orm-writes',
    path: (shape) => `app/${shape}/route.ts`,
    specifier: '../../server/prisma',
    name: 'prisma',
    rest: ['order', 'create'],
    files: { 'server/prisma.ts': prisma },
  },
  {
    rule: 'ui-layer/no-database-opened',
    path: (shape) => `app/${shape}/page.tsx`,
    specifier: '@prisma/client',
    name: 'PrismaClient',
    isNew: true,
  },
  {
    rule: 'temporal/no-database-opened',
    path: (shape) => `src/workflows/${shape}/workflow.ts`,
    specifier: '@prisma/client',
    name: 'PrismaClient',
    isNew: true,
  },
];

function callShapes({ path, specifier, name, rest = [], isNew = false }: ExportCall): Record<string, string> {
  const dotted = [name, ...rest].join('.');
  const last = rest.at(-1) ?? name;
  const owner = ['module', name, ...rest].slice(0, -1);
  const run = (callee: string, type = '') =>
    `export const run = async () => ${isNew ? 'new ' : 'await '}${callee}${type}();`;
  const star = `import * as module from '${specifier}';`;
  const plain = `import { ${name} } from '${specifier}';`;
  const shapes: Record<string, string> = {
    member: `${star}\n${run(['module', dotted].join('.'))}`,
    computed: `${star}\n${run(`${owner.join('.')}['${last}']`)}`,
    destructured: `${star}\nconst { ${last}: taken } = ${owner.join('.')};\n${run('taken')}`,
    aliased: `import { ${name} as other } from '${specifier}';\n${run(['other', ...rest].join('.'))}`,
    assigned: `${plain}\nconst other = ${dotted};\n${run('other')}`,
    reExported: `import { passed } from './passed';\n${run(['passed', ...rest].join('.'))}`,
    generic: `${plain}\n${run(dotted, '<string>')}`,
    required: `const module = require('${specifier}');\n${run(['module', dotted].join('.'))}`,
  };
  if (!isNew) {
    shapes.optional = `${star}\n${run(`${owner.join('.')}?.${last}`)}`;
    shapes.bound = `${plain}\nconst bound = ${dotted}.bind(undefined);\n${run('bound')}`;
    shapes.applied = `${plain}\n${run(`${dotted}.call`)}`;
    shapes.wrapped = `import { wrapped } from './wrapped';\n${run('wrapped')}`;
    shapes.handedOn = `${plain}\nexport const run = async (use: (f: unknown) => void) => use(${dotted});`;
  }
  const files = Object.fromEntries(Object.entries(shapes).map(([shape, text]) => [path(shape), `${text}\n`]));
  const beside = (shape: string, file: string) => path(shape).replace(/[^/]+$/, file);
  files[beside('reExported', 'passed.ts')] = `export { ${name} as passed } from '${specifier}';\n`;
  files[beside('wrapped', 'wrapped.ts')] = `${plain}\nexport const wrapped = (value: never) => ${dotted}(value);\n`;
  return files;
}

describe('rules over calls of a module see every shape', () => {
  it.each(exportCalls.map((one) => [one.rule, one] as const))('%s', async (rule, one) => {
    const files = callShapes(one);
    // The files beside hand the export on; what counts is where it is called.
    const shapes = Object.keys(files).filter((path) => !/(?:passed|wrapped)\.ts$/.test(path));
    expect(await missed(rule, { ...files, ...one.files }, shapes)).toEqual([]);
  });
});

const globalCalls: [rule: string, folder: string, object: string, method: string][] = [
  ['temporal/no-ambient-globals', 'src/workflows', 'performance', 'now'],
  ['temporal/no-ambient-globals', 'src/workflows', 'crypto', 'randomUUID'],
  ['feature-contract/no-console', 'src/services', 'console', 'log'],
];

describe('rules over globals see every shape', () => {
  it.each(globalCalls)('%s in %s: %s.%s', async (rule, folder, object, method) => {
    const run = (callee: string) => `export const run = async () => await ${callee};\n`;
    const files = {
      [`${folder}/member.ts`]: run(`${object}.${method}()`),
      [`${folder}/optional.ts`]: run(`${object}?.${method}()`),
      [`${folder}/computed.ts`]: run(`${object}['${method}']()`),
      [`${folder}/template.ts`]: run(`${object}[\`${method}\`]()`),
      [`${folder}/destructured.ts`]: `const { ${method}: taken } = ${object};\n${run('taken()')}`,
      [`${folder}/assigned.ts`]: `const other = ${object};\n${run(`other.${method}()`)}`,
      [`${folder}/bound.ts`]: `const bound = ${object}.${method}.bind(${object});\n${run('bound()')}`,
      [`${folder}/applied.ts`]: run(`${object}.${method}.apply(${object}, [])`),
      [`${folder}/generic.ts`]: run(`${object}.${method}<string>()`),
      [`${folder}/handedOn.ts`]: `export const run = (use: (f: unknown) => void) => use(${object}.${method});\n`,
    };
    expect(await missed(rule, files, Object.keys(files))).toEqual([]);
  });
});

/** The folder of the importing files, and what they import; a path of the repository stands for a file of that name. */
const importRules: [rule: string, path: (form: string) => string, target: string][] = [
  ['ui-layer/no-database-import', (form) => `app/${form}/page.tsx`, 'mysql2'],
  ['ui-layer/no-database-reach', (form) => `app/${form}/route.ts`, 'pg'],
  ['ui-layer/no-domain-import', (form) => `components/${form}.tsx`, '@acme/domain'],
  ['ui-layer/no-gate-internals', (form) => `app/${form}/page.tsx`, 'fastify'],
  ['domain-gate/no-database-in-routes', (form) => `src/routes/${form}.ts`, 'knex'],
  ['domain-gate/no-fastify-in-domain', (form) => `src/domain/${form}.ts`, '@fastify/sensible'],
  ['temporal/no-node-built-ins', (form) => `src/workflows/${form}.ts`, 'fs/promises'],
  ['temporal/no-io-packages', (form) => `src/workflows/${form}.ts`, '@aws-sdk/client-s3'],
  ['temporal/no-worker-side-modules', (form) => `src/workflows/${form}.ts`, '@temporalio/client'],
  ['temporal/no-other-queues', (form) => `src/jobs/${form}.ts`, 'bullmq'],
];

describe('rules over imports see every form', () => {
  it.each(importRules)('%s', async (rule, path, target) => {
    const forms: Record<string, string> = {
      named: `import { a } from '${target}';\nexport const b = a;\n`,
      whole: `import * as a from '${target}';\nexport const b = a;\n`,
      byDefault: `import a from '${target}';\nexport const b = a;\n`,
      sideEffect: `import '${target}';\nexport const b = 1;\n`,
      mixed: `import { type A, a } from '${target}';\nexport const b: A = a;\n`,
      reExported: `export { a } from '${target}';\n`,
      allReExported: `export * from '${target}';\n`,
      late: `export const b = async () => await import('${target}');\n`,
      required: `const a = require('${target}');\nexport const b = a;\n`,
      assigned: `import a = require('${target}');\nexport const b = a;\n`,
    };
    const files = Object.fromEntries(Object.entries(forms).map(([form, text]) => [path(form), text]));
    expect(await missed(rule, files, Object.keys(files))).toEqual([]);
  });
});
