// The values that a source of a data rule takes from one file, by a query, a selector or a regular expression.
import { createHash } from 'node:crypto';
import { JSONPathEnvironment } from 'json-p3';
import * as z from 'zod';
import { canonicalJson } from '../../protocol/canonicalJson.ts';
import type { DataSource } from '../../protocol/treeRules.ts';
import type { Span } from '../data/document.ts';
import { formatOf, readDocuments } from '../data/documents.ts';
import { member, type SyntaxNode, stringOf } from '../source.ts';
import { digestOf, enclosing } from './enclosing.ts';
import type { FactMaker } from './factStore.ts';
import { matchSchema } from './matches.ts';
import type { SourceFile } from './script.ts';
import { selectNodes } from './selectFacts.ts';

export const dataFactSchema = matchSchema.extend({ value: z.string() });
export type DataFact = z.infer<typeof dataFactSchema>;

const environment = new JSONPathEnvironment({ strict: false });

/** Why a query cannot be used, or null. */
export function queryProblem(query: string): string | null {
  try {
    environment.compile(query);
    return null;
  } catch (error) {
    return `${query} is not a JSONPath: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export function dataFacts(source: DataSource): FactMaker<DataFact[]> {
  const { format, query, selector, regex, keep } = source;
  const key = createHash('sha256')
    .update(canonicalJson({ format, query, selector, regex, keep }))
    .digest('hex')
    .slice(0, 24);
  return {
    key: `data@1 ${key}`,
    schema: z.array(dataFactSchema),
    isScriptOnly: selector !== undefined,
    make: async (file) => (await valuesOf(file, source)).flatMap((fact) => kept(fact, keep)),
  };
}

async function valuesOf(file: SourceFile, { format, query, selector, regex }: DataSource): Promise<DataFact[]> {
  if (selector !== undefined)
    return selectNodes(file, [selector]).map(({ node, ancestors }) => ({
      ...enclosing(file, ancestors, node.start, node.end),
      value: textOf(node, file),
    }));
  if (regex !== undefined)
    return [...file.text.matchAll(new RegExp(regex, 'gu'))].map((found) => ({
      ...enclosing(file, [], found.index, found.index + found[0].length),
      value: found[1] ?? found[0],
    }));
  const kind = format ?? formatOf(file.path);
  if (kind === undefined) throw new Error(`its name does not tell how it is read; give the source a format.`);
  const documents = await readDocuments(kind, file.text);
  return documents.flatMap(({ value, spanOf }) =>
    environment.query(query ?? '$', jsonOf(value)).nodes.map((node) => {
      const span = spanOf(node.location) ?? wordSpan(file.text, String(node.value));
      return {
        ...enclosing(file, [], span[0], span[1]),
        symbol: node.location.join('.') || '-',
        context: digestOf(file.text),
        value: typeof node.value === 'object' ? canonicalJson(node.value) : String(node.value),
      };
    }),
  );
}

// A value that a parser made of text holds nothing else.
const jsonOf = (value: unknown) => value as Parameters<JSONPathEnvironment['query']>[1];

function wordSpan(text: string, value: string): Span {
  const at = text.indexOf(value);
  return at < 0 ? [0, 0] : [at, at + value.length];
}

function kept(fact: DataFact, keep: string | undefined): DataFact[] {
  if (keep === undefined) return [fact];
  const found = new RegExp(keep, 'u').exec(fact.value);
  return found === null ? [] : [{ ...fact, value: found[1] ?? fact.value }];
}

/** A string is its content, a name its name; everything else is its text. */
function textOf(node: SyntaxNode, { text }: SourceFile): string {
  const name = member(node, 'name');
  return stringOf(node) ?? (typeof name === 'string' ? name : text.slice(node.start, node.end));
}
