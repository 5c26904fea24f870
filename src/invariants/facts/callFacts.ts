// What a script calls, under whatever name: `a.b()`, `a?.b()`, `a['b']()`, aliases, destructuring, `bind`, `call` and
// `apply`, `new`, tagged templates, decorators, and functions handed on as arguments.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { dottedMatcher, globMatcher } from '../globs.ts';
import { isNode, type SyntaxNode } from '../source.ts';
import { globalObjects, propertyOf, resolve } from './bindings.ts';
import { enclosing } from './enclosing.ts';
import type { FactMaker } from './factStore.ts';
import { matchSchema } from './matches.ts';
import { ownText } from './ownText.ts';
import { Places } from './places.ts';
import { list, nameOf, type Reference, type Root, type Scope } from './scopes.ts';
import type { SourceFile } from './script.ts';
import { SyntaxIndex } from './syntaxIndex.ts';
import { anyOf } from './textWords.ts';

const referenceSchema = z.object({
  root: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('import'),
      specifier: z.string(),
      name: z.string(),
      isMember: z.boolean().optional(),
    }),
    z.object({ kind: z.literal('global'), name: z.string() }),
    z.object({ kind: z.literal('unknown'), name: z.string() }),
  ]),
  path: z.array(z.string()),
});

export const callFactSchema = matchSchema.extend({
  references: z.array(referenceSchema),
  /** The function is handed to another one and not called here. */
  isHandedOn: z.boolean(),
});
export type CallFact = z.infer<typeof callFactSchema>;

/** What may be called: dotted globals, names of methods of whatever object, and whatever is imported. */
export interface Sought {
  readonly globals: readonly string[];
  readonly members: readonly string[];
  readonly imports: boolean;
}

/** What a rule needs of a script: only calls that could be the target are kept. */
interface CallInterest {
  readonly imports: boolean;
  readonly hasGlobals: boolean;
  readonly globals: (dotted: string) => boolean;
  readonly members: (name: string) => boolean;
  /** Words of which one occurs in every file with such a call, or undefined when there are none to go by. */
  readonly words: Words | undefined;
}

interface Words {
  readonly names: readonly string[];
  readonly globals: RegExp | undefined;
  readonly members: RegExp | undefined;
}

function interestOf({ globals, members, imports }: Sought): CallInterest {
  // The first name of a global and the name of a method occur in the text, unless they are patterns.
  const roots = globals.map((one) => one.split('.')[0] ?? '');
  const isLiteral = [...roots, ...members].every((word) => /^[\w$]+$/.test(word));
  const test = (words: readonly string[]) => (words.length === 0 ? undefined : anyOf(words));
  return {
    imports,
    hasGlobals: globals.length > 0,
    globals: dottedMatcher(globals),
    members: globMatcher(members),
    words:
      imports || !isLiteral
        ? undefined
        : { names: [...roots, ...members], globals: test(roots), members: test(members) },
  };
}

const callTypes = ['CallExpression', 'NewExpression', 'TaggedTemplateExpression', 'Decorator'];

/** @param isThorough that every call is looked at, whatever the text tells: for tests of what is left out otherwise */
export function callFacts(sought: Sought, isThorough = false): FactMaker<CallFact[]> {
  const all = interestOf(sought);
  const interest = isThorough ? { ...all, words: undefined } : all;
  return {
    key: `calls@3 ${createHash('sha256').update(JSON.stringify(sought)).digest('hex').slice(0, 16)}`,
    schema: z.array(callFactSchema),
    spec: { of: 'calls', sought },
    fromText: (file) => (mayCall(file, interest) ? undefined : []),
    readsTree: () => true,
    make: (file) => {
      const names = interest.words?.names;
      const narrow = names === undefined ? undefined : narrowFacts(file, interest, names);
      return narrow ?? factsOf(file, file.index, interest);
    },
  };
}

/** Beyond these the walk through the whole tree, which is made but once, is the shorter way. */
const most = { rounds: 4, placesPerCharacter: 1 / 300 };

/**
 * The facts by the nodes around names alone: those of the rule and those that may stand for them, and the names that these
 * are made of, until no other is asked for. Undefined when there are too many, or when names are hidden in the text.
 */
function narrowFacts(file: SourceFile, interest: CallInterest, words: readonly string[]): CallFact[] | undefined {
  const { text, words: search } = file;
  const carried = new Set(words);
  const others = new Set<string>();
  let carriers = search.places(anyOf(words));
  let places = carriers;
  for (let round = 0; round < most.rounds; round += 1) {
    if (carriers === undefined || places === undefined) return undefined;
    if (places.count > text.length * most.placesPerCharacter) return undefined;
    const index = new SyntaxIndex(file.program, places, carriers);
    const facts = factsOf(file, index, interest, carriers);
    const { bound, asked } = index.top.file;
    const nowCarried = take(bound, carried);
    const nowOthers = take(asked, others).filter((name) => !carried.has(name));
    if (nowCarried.length + nowOthers.length === 0) return facts;
    const [more, around] = [placesOf(nowCarried, file), placesOf(nowOthers, file)];
    if (more === undefined || around === undefined) return undefined;
    carriers = carriers.with(more);
    places = places.with(more).with(around);
  }
  return undefined;
}

const placesOf = (names: readonly string[], { words }: SourceFile): Places | undefined =>
  names.length === 0 ? new Places([]) : words.places(anyOf(names));

/** Those that are not known yet, and are now. A name that the syntax does not have has no place. */
function take(names: ReadonlySet<string>, known: Set<string>): string[] {
  const fresh = [...names].filter((name) => name !== '' && name !== '?' && !known.has(name));
  for (const name of fresh) known.add(name);
  return fresh;
}

/** @param carriers when given, what is called or handed on has one of them in it, or is of no interest */
function factsOf(file: SourceFile, index: SyntaxIndex, interest: CallInterest, carriers?: Places): CallFact[] {
  const found: CallFact[] = [];
  for (const number of index.numbers(callTypes)) {
    const node = index.node(number);
    const add = (callee: unknown, isHandedOn: boolean, at: SyntaxNode) => {
      if (isNode(callee) && carriers?.isIn(callee.start, callee.end) === false) return;
      const scope = index.scope(number);
      if (isPlainly(callee, isHandedOn, scope, interest)) return;
      const references = resolve(callee, scope).filter((one) => isOfInterest(one, interest, isHandedOn));
      if (references.length === 0) return;
      found.push({
        ...enclosing(file, index.ancestors(number), at.start, at.end),
        references: references.map(({ root, path }) => ({ root: ownRoot(root), path: path.map(ownText) })),
        isHandedOn,
      });
    };
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      const isOfBound = isNode(node.callee) && isBind(node.callee);
      if (!isOfBound) add(node.callee, false, node);
      for (const argument of list(node.arguments))
        if (argument.type === 'Identifier' || argument.type === 'MemberExpression') add(argument, true, argument);
    } else if (node.type === 'TaggedTemplateExpression') add(node.tag, false, node);
    else if (node.type === 'Decorator' && isNode(node.expression) && node.expression.type !== 'CallExpression')
      add(node.expression, false, node);
  }
  return found;
}

const ownRoot = (root: Root): Root =>
  root.kind === 'import'
    ? { ...root, specifier: ownText(root.specifier), name: ownText(root.name) }
    : { ...root, name: ownText(root.name) };

function mayCall({ words: text }: SourceFile, { words }: CallInterest): boolean {
  if (words === undefined) return true;
  const { globals, members } = words;
  return (globals !== undefined && text.mayMatch(globals)) || (members !== undefined && text.mayHaveMember(members));
}

/**
 * Whether a callee is told by its own name to be of no interest: the name of a member that nobody asks for, of a value that
 * is made here or imported, or of a global that nobody asks for. Most callees are, and need not be followed.
 */
function isPlainly(callee: unknown, isHandedOn: boolean, scope: Scope, interest: CallInterest): boolean {
  if (interest.imports || !isNode(callee)) return false;
  if (isHandedOn && !interest.hasGlobals) return true;
  let root: unknown = callee;
  /** The last name first. */
  const path: string[] = [];
  while (isNode(root) && root.type === 'MemberExpression') {
    const name = propertyOf(root);
    if (name === undefined || unbinding.has(name)) return false;
    path.push(name);
    root = root.object;
  }
  const [last] = path;
  if (last !== undefined && interest.members(last)) return false;
  if (!isNode(root) || root.type !== 'Identifier') return last !== undefined && !interest.hasGlobals;
  const name = nameOf(root) ?? '';
  const binding = scope.find(name);
  if (binding === undefined) return !globalObjects.has(name) && !interest.globals([name, ...path.reverse()].join('.'));
  if (binding.sources.length === 0) return true;
  // A member of another value keeps its name, unless an object that is written here says what it is.
  const isKnownObject = binding.sources.some(
    ({ expression }) => isNode(expression) && expression.type === 'ObjectExpression',
  );
  return last !== undefined && !interest.hasGlobals && !(path.length === 1 && isKnownObject);
}

const unbinding = new Set(['bind', 'call', 'apply']);

/** `f.bind(o)()`: the inner call is the one that is reported. */
function isBind(callee: SyntaxNode): boolean {
  return callee.type === 'CallExpression' && isNode(callee.callee) && propertyOf(callee.callee) === 'bind';
}

function isOfInterest({ root, path }: Reference, interest: CallInterest, isHandedOn: boolean): boolean {
  if (root.kind === 'import' && interest.imports) return true;
  if (root.kind === 'global' && variants([root.name, ...path]).some((one) => interest.globals(one.join('.'))))
    return true;
  return (
    !isHandedOn &&
    variants(membersOf({ root, path })).some((one) => one.length > 0 && interest.members(one.at(-1) ?? ''))
  );
}

/** The members of an object that a call names; an export of a module that is imported by itself is none. */
export const membersOf = ({ root, path }: Reference): readonly string[] =>
  root.kind === 'import' && root.isMember === true ? [root.name, ...path] : path;

/** A dotted path as it is, and without a last `bind`, `call` or `apply`. */
export function variants(path: readonly string[]): (readonly string[])[] {
  const last = path.at(-1);
  return last !== undefined && unbinding.has(last) ? [path, path.slice(0, -1)] : [path];
}
