// Nodes that selectors of esquery match. One walk serves all selectors of a rule, and a selector is only tried on nodes of
// the type it ends in.

import esquery from 'esquery';
import type { Node } from 'estree';
import * as z from 'zod';
import { isNode, type SyntaxNode } from '../source.ts';
import { visitorKeys } from './children.ts';
import { enclosing } from './enclosing.ts';
import type { FactMaker } from './factStore.ts';
import { type Match, matchSchema } from './matches.ts';
import type { SourceFile } from './script.ts';
import { SyntaxIndex } from './syntaxIndex.ts';
import { anyOf } from './textWords.ts';

interface Selector {
  readonly parsed: esquery.Selector;
  /** Types of which the last node is; undefined for any. */
  readonly types: readonly string[] | undefined;
  /** What is found in the text of every file with a match. */
  readonly words: readonly RegExp[];
  /** The one of them that stands for a type. */
  readonly typeWord: RegExp | undefined;
  /** The one of them that is found in the text of every node that matches. */
  readonly ownWord: RegExp | undefined;
  readonly hasSubject: boolean;
  /** Whether what is around a node decides. */
  readonly looksUp: boolean;
}

const problems = new Map<string, string | null>();

/** Why a selector cannot be used, or null. */
export function selectorProblem(selector: string): string | null {
  const known = problems.get(selector);
  if (known !== undefined) return known;
  const problem = problemOf(selector);
  problems.set(selector, problem);
  return problem;
}

function problemOf(selector: string): string | null {
  try {
    esquery.parse(selector);
    return null;
  } catch (error) {
    return `${selector} is not a selector: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
}

export const selectFacts = (selectors: readonly string[]): FactMaker<Match[]> => ({
  key: `select@1 ${JSON.stringify(selectors)}`,
  spec: { of: 'select', selectors },
  schema: z.array(matchSchema),
  fromText: (file) => (mayMatch(file, selectors).length === 0 ? [] : undefined),
  readsTree: () => true,
  make: (file) =>
    selectNodes(file, selectors).map(({ node, ancestors }) => enclosing(file, ancestors, node.start, node.end)),
});

/** The selectors that can match something in the file. */
const mayMatch = (file: SourceFile, selectors: readonly string[]): Selector[] =>
  selectors
    .flatMap(parsedSelector)
    .filter(({ words }) => words.every((word) => file.words.mayMatch(word)))
    .filter(({ typeWord }) => typeWord === undefined || file.words.mayHaveType(typeWord));

export interface Selected {
  readonly node: SyntaxNode;
  /** Outermost first. */
  readonly ancestors: readonly SyntaxNode[];
}

export function selectNodes(file: SourceFile, selectors: readonly string[]): Selected[] {
  const wanted = mayMatch(file, selectors);
  if (wanted.length === 0) return [];
  const options = { visitorKeys: visitorKeys() };
  const found = new Map<SyntaxNode, Selected>();
  for (const { parsed, hasSubject } of wanted)
    if (hasSubject)
      for (const node of esquery.match(asNode(file.program), parsed, options)) {
        const value: unknown = node;
        if (isNode(value)) found.set(value, { node: value, ancestors: [] });
      }
  for (const { parsed, types, looksUp, ownWord } of wanted.filter((selector) => !selector.hasSubject)) {
    const places = ownWord === undefined ? undefined : file.words.places(ownWord);
    const index = places === undefined ? file.index : new SyntaxIndex(file.program, places);
    for (const number of index.numbers(types)) {
      const node = index.node(number);
      if (found.has(node)) continue;
      const around = looksUp ? index.ancestors(number) : undefined;
      const upward = around === undefined ? [] : around.toReversed().map(asNode);
      if (esquery.matches(asNode(node), parsed, upward, options))
        found.set(node, { node, ancestors: around ?? index.ancestors(number) });
    }
  }
  return [...found.values()].sort((a, b) => a.node.start - b.node.start);
}

// esquery reads any tree of this shape; its types name the nodes of one specification.
const asNode = (node: unknown): Node => node as Node;

const parsedSelectors = new Map<string, Selector[]>();

function parsedSelector(text: string): Selector[] {
  const known = parsedSelectors.get(text);
  if (known !== undefined) return known;
  const parsed = esquery.parse(text);
  const alternatives = parsed.type === 'matches' ? parsed.selectors : [parsed];
  const selectors = alternatives.map((alternative) => ({
    parsed: alternative,
    types: typesOf(alternative),
    words: wordsOf(alternative),
    typeWord: typesOf(alternative)?.every((type) => type === 'TSAnyKeyword') ? keywords.TSAnyKeyword : undefined,
    ownWord: wordsOf('right' in alternative ? alternative.right : alternative)[0],
    hasSubject: JSON.stringify(alternative).includes('"subject":true'),
    looksUp: !isOfNodeAlone(alternative),
  }));
  parsedSelectors.set(text, selectors);
  return selectors;
}

function isOfNodeAlone(selector: esquery.Selector): boolean {
  if (selector.type === 'compound' || selector.type === 'matches' || selector.type === 'not')
    return selector.selectors.every(isOfNodeAlone);
  return selector.type === 'identifier' || selector.type === 'wildcard' || selector.type === 'attribute';
}

function typesOf(selector: esquery.Selector): readonly string[] | undefined {
  switch (selector.type) {
    case 'identifier':
      // Names of types are compared without regard to case.
      return [selector.value, typeNames().get(selector.value.toLowerCase()) ?? selector.value];
    case 'compound': {
      for (const part of selector.selectors) {
        const types = typesOf(part);
        if (types !== undefined) return types;
      }
      return undefined;
    }
    case 'child':
    case 'descendant':
    case 'sibling':
    case 'adjacent':
      return typesOf(selector.right);
    case 'matches': {
      const types = selector.selectors.map(typesOf);
      return types.every((one) => one !== undefined) ? types.flat() : undefined;
    }
    default:
      return undefined;
  }
}

/** Only names and keywords go into this: a literal can be written in more than one way. */
function wordsOf(selector: esquery.Selector): RegExp[] {
  switch (selector.type) {
    case 'identifier': {
      const keyword = keywords[selector.value];
      return keyword === undefined ? [] : [keyword];
    }
    case 'attribute':
      return selector.operator === '=' &&
        selector.value?.type === 'literal' &&
        typeof selector.value.value === 'string' &&
        /(?:^|\.)name$/.test(selector.name)
        ? [anyOf([selector.value.value])]
        : [];
    case 'compound':
      return selector.selectors.flatMap(wordsOf);
    case 'child':
    case 'descendant':
    case 'sibling':
    case 'adjacent':
      return [...wordsOf(selector.left), ...wordsOf(selector.right)];
    default:
      return [];
  }
}

/** Keywords without which there is no such node. None of them may be written in another way. */
const keywords: Readonly<Record<string, RegExp>> = {
  TSAnyKeyword: /\bany\b/g,
  TSUnknownKeyword: /\bunknown\b/g,
  TSAsExpression: /\bas\b/g,
  TSEnumDeclaration: /\benum\b/g,
  DebuggerStatement: /\bdebugger\b/g,
  WithStatement: /\bwith\b/g,
  NewExpression: /\bnew\b/g,
  ThrowStatement: /\bthrow\b/g,
  TryStatement: /\btry\b/g,
  CatchClause: /\bcatch\b/g,
  AwaitExpression: /\bawait\b/g,
  ImportExpression: /\bimport\b/g,
  SwitchStatement: /\bswitch\b/g,
};

let names: Map<string, string> | undefined;

function typeNames(): Map<string, string> {
  names ??= new Map(Object.keys(visitorKeys()).map((name) => [name.toLowerCase(), name]));
  return names;
}
