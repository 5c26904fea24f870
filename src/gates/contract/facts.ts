// What the rule engine knows of a change's scripts: which tests reach which code, and by which imports; which new lines cross
// a boundary of the process, and which print. Asked with rules made for the change, over the candidate's own files.

import type { Violation } from '../../invariants/messages.ts';
import { type Result, success } from '../../protocol/result.ts';
import { type InvariantRule, invariantRuleSchema } from '../../protocol/rules.ts';
import type { GateContext } from '../gate.ts';
import { plainFiles } from '../treeReader.ts';
import type { Change, ChangedFile } from './change.ts';
import {
  autoTracePackages,
  boundaryGlobals,
  boundaryModules,
  boundaryObjects,
  isScriptPath,
  signsOf,
  tracePackages,
} from './signs.ts';

export interface Place {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

export interface CodeFacts {
  /** By the path of the code, the changed tests that reach it, each with the way. */
  readonly reached: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** New lines of code that cross a boundary, and that print. */
  readonly boundaries: readonly Place[];
  readonly prints: readonly Place[];
  /** By the path of the code, the way to what makes spans. */
  readonly traced: ReadonlyMap<string, string>;
  /** Where traces of every boundary are switched on. */
  readonly autoTraced: readonly Place[];
  /** By path, why a script could not be read or followed. */
  readonly unread: ReadonlyMap<string, string>;
}

const scripts = '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}';
const notProduct = ['**/{node_modules,dist,test,tests,__tests__,e2e,examples}/**', '**/*.{test,spec}.*'];
const literal = (path: string): string => path.replace(/[\\*?{}()[\]!+@|]/g, '\\$&');

export async function readFacts(change: Change, context: GateContext): Promise<Result<CodeFacts>> {
  const sources = change.sources.filter(({ path }) => isScriptPath(path));
  const tests = change.tests.filter(({ path }) => isScriptPath(path));
  const rules = rulesFor(sources, tests);
  const judged = rules.length === 0 ? success({ violations: [], problems: [] }) : await ask(rules, context);
  if (!judged.ok) return judged;
  const { violations, problems } = judged.value;
  const of = (rule: string) => violations.filter((violation) => violation.rule === rule);
  const added = (files: readonly ChangedFile[], violation: Violation): boolean =>
    files.some(({ path, added: lines }) => path === violation.path && lines.has(violation.range.startLine));
  const wayOf = ({ message }: Violation) => message.slice(0, message.indexOf('. '));
  const placeOf = ({ path, range, text }: Violation): Place => ({ path, line: range.startLine, what: short(text) });
  return success({
    reached: new Map([
      ...sources.map(({ path }, index): [string, Map<string, string>] => [
        path,
        new Map(of(`reach-${index}`).map((violation) => [violation.path, wayOf(violation)])),
      ]),
      ...change.sources
        .filter(({ path }) => !isScriptPath(path))
        .map((file): [string, Map<string, string>] => [file.path, testsNaming(file, change.tests)]),
    ]),
    boundaries: [
      ...of('boundary')
        .filter((one) => added(sources, one))
        .map(placeOf),
      ...lines(change.sources, (path) => signsOf(path).boundary),
    ],
    prints: [
      ...of('print')
        .filter((one) => added(sources, one))
        .map(placeOf),
      ...lines(change.sources, (path) => signsOf(path).print),
    ],
    traced: new Map(of('traced').map((violation) => [violation.path, wayOf(violation)])),
    autoTraced: of('auto-traced').map(placeOf),
    unread: new Map(problems.flatMap(({ path, message }) => (path === null ? [] : [[path, message]]))),
  });
}

function rulesFor(sources: readonly ChangedFile[], tests: readonly ChangedFile[]): InvariantRule[] {
  if (sources.length === 0) return [];
  const rule = (id: string, given: Record<string, unknown>): InvariantRule =>
    invariantRuleSchema.parse({ id, message: '.', rationale: 'The contract asks.', ...given });
  const files = sources.map(({ path }) => literal(path));
  const from = tests.map(({ path }) => literal(path));
  const reach =
    tests.length === 0
      ? []
      : sources.map(({ path }, index) =>
          rule(`reach-${index}`, { kind: 'imports', from, reaches: [literal(path)], through: 'values' }),
        );
  const calls = [
    'query',
    'execute',
    'insert',
    'update',
    'upsert',
    'delete',
    'create',
    'findMany',
    'send',
    'publish',
    'from',
  ];
  return [
    ...reach,
    rule('boundary', {
      ...{ kind: 'calls', files },
      targets: [
        ...boundaryModules.map((module) => ({ module })),
        { global: boundaryGlobals },
        { member: calls, on: boundaryObjects.flatMap((name) => [name, `**.${name}`, `${name}.*`]) },
      ],
    }),
    rule('print', { kind: 'calls', files, targets: [{ global: ['console.{log,info,warn,error,debug,trace,dir}'] }] }),
    rule('traced', { kind: 'imports', from: files, reaches: tracePackages }),
    rule('auto-traced', { kind: 'imports', from: [scripts], except: notProduct, forbid: autoTracePackages }),
  ];
}

async function ask(rules: InvariantRule[], { files, candidateTree, checkout, engine, signal }: GateContext) {
  const listed = await plainFiles(files, candidateTree);
  return await checkout(candidateTree, async (root) => await engine.judgeRules({ root, files: listed, rules }, signal));
}

/** In other languages a test reaches code when it names its file, stands beside it in Go, or inside of it in Rust. */
function testsNaming({ path, text }: ChangedFile, tests: readonly ChangedFile[]): Map<string, string> {
  const found = new Map<string, string>();
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
  const stem = /^(?:__init__|mod|lib|index|main)$/.test(name) ? (folder.split('/').at(-1) ?? name) : name;
  const word = new RegExp(`(?<![A-Za-z0-9])${stem.replace(/\W/g, '\\$&')}(?![A-Za-z0-9])`);
  if (path.endsWith('.rs') && /#\[cfg\(test\)\]/.test(text)) found.set(path, `${path} holds tests of its own`);
  for (const test of tests) {
    const isBeside =
      path.endsWith('.go') && test.path.startsWith(`${folder}/`) && !test.path.slice(folder.length + 1).includes('/');
    if (isBeside) found.set(test.path, `${test.path} is of the same package`);
    else if (word.test(test.text) || word.test(test.path)) found.set(test.path, `${test.path} names ${stem}`);
  }
  return found;
}

/** One line that a person can take in. */
export const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};

function lines(files: readonly ChangedFile[], signOf: (path: string) => RegExp): Place[] {
  return files.flatMap(({ path, added }) =>
    [...added].filter(([, text]) => signOf(path).test(text)).map(([line, text]) => ({ path, line, what: short(text) })),
  );
}
