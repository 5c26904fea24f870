// HCL (Terraform) as the value that hcl2json gives: a block is `type.label.label` and a list, since a block may be there more
// than once; an expression that is no literal is its text in `${}`. Parsed by tree-sitter in WebAssembly.
import type { Node, Parser } from 'web-tree-sitter';
import { loadTreeSitter, wasmPath } from '../treeSitter.ts';
import type { DataDocument, Span } from './document.ts';

type Body = Record<string, unknown>;
let loading: Promise<Parser> | undefined;

async function loadParser(): Promise<Parser> {
  const { Language, Parser } = await loadTreeSitter();
  const parser = new Parser();
  parser.setLanguage(await Language.load(wasmPath('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm')));
  return parser;
}

export async function readHcl(text: string): Promise<DataDocument> {
  loading ??= loadParser();
  const parser = await loading;
  const tree = parser.parse(text);
  if (tree === null) throw new Error('The parser of HCL gave no tree.');
  const spans = new Map<string, Span>();
  try {
    const { rootNode } = tree;
    if (rootNode.hasError) throw new Error(`a syntax error in line ${errorLine(rootNode)}`);
    const body = named(rootNode).find(({ type }) => type === 'body');
    const value = body === undefined ? {} : bodyOf(body, [], spans);
    return { value, spanOf: (location) => nearest(spans, location) };
  } finally {
    tree.delete();
  }
}

const named = (node: Node): Node[] => node.namedChildren.filter((child) => child !== null);
const childOf = (node: Node, type: string): Node | undefined => named(node).find((child) => child.type === type);

function errorLine(node: Node): number {
  const inner = node.children.find((child) => child !== null && (child.hasError || child.isError || child.isMissing));
  return inner === undefined || inner === null || inner.isError || inner.isMissing
    ? (inner ?? node).startPosition.row + 1
    : errorLine(inner);
}

function bodyOf(body: Node, at: readonly (string | number)[], spans: Map<string, Span>): Body {
  const result: Body = {};
  for (const child of named(body)) {
    if (child.type === 'attribute') {
      const [key, value] = named(child);
      if (key === undefined || value === undefined) continue;
      result[key.text] = readValue(value);
      spans.set(JSON.stringify([...at, key.text]), [child.startIndex, child.endIndex]);
    } else if (child.type === 'block') {
      const parts = named(child);
      const names = parts.flatMap((part) =>
        part.type === 'identifier' ? [part.text] : part.type === 'string_lit' ? [inner(part)] : [],
      );
      const location: (string | number)[] = [...at];
      let holder: Body = result;
      for (const name of names.slice(0, -1)) {
        location.push(name);
        const next = holder[name];
        const own: Body = isBody(next) ? next : {};
        holder[name] = own;
        holder = own;
      }
      const last = names.at(-1) ?? '';
      const known = holder[last];
      const blocks: unknown[] = Array.isArray(known) ? known : [];
      holder[last] = blocks;
      location.push(last, blocks.length);
      spans.set(JSON.stringify(location), [child.startIndex, child.endIndex]);
      const content = childOf(child, 'body');
      blocks.push(content === undefined ? {} : bodyOf(content, location, spans));
    }
  }
  return result;
}

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text of a quoted string without its quotes. */
function inner(node: Node): string {
  const literal = childOf(node, 'template_literal');
  return literal?.text ?? node.text.replace(/^"|"$/g, '');
}

function readValue(node: Node): unknown {
  const children = named(node);
  const [only] = children;
  switch (node.type) {
    case 'expression':
      return children.length === 1 && only !== undefined ? readValue(only) : `\${${node.text}}`;
    case 'literal_value':
      return only === undefined ? node.text : readValue(only);
    case 'string_lit':
      return unescaped(inner(node));
    case 'numeric_lit':
      return Number(node.text);
    case 'bool_lit':
      return node.text === 'true';
    case 'null_lit':
      return null;
    case 'template_expr':
      return only === undefined ? node.text : templateText(only);
    case 'collection_value':
      return only === undefined ? node.text : readValue(only);
    case 'tuple':
      return children.filter(({ type }) => type === 'expression').map(readValue);
    case 'object':
      return Object.fromEntries(
        children
          .filter(({ type }) => type === 'object_elem')
          .map((element) => {
            const [key, value] = named(element);
            return [key === undefined ? '' : keyText(key), value === undefined ? null : readValue(value)];
          }),
      );
    default:
      return `\${${node.text}}`;
  }
}

function keyText(node: Node): string {
  const value = readValue(node);
  return typeof value === 'string' ? value.replace(/^\$\{(\w+)\}$/, '$1') : String(value);
}

function templateText(node: Node): string {
  if (node.type === 'heredoc_template') return node.text.split('\n').slice(1, -1).join('\n');
  return unescaped(node.text.replace(/^"|"$/g, ''));
}

const unescaped = (text: string): string =>
  text
    .replace(/\\(["\\])/g, '$1')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t');

/** The attribute or block at a location, or the one around it. */
function nearest(spans: ReadonlyMap<string, Span>, location: readonly (string | number)[]): Span | undefined {
  for (let length = location.length; length > 0; length -= 1) {
    const span = spans.get(JSON.stringify(location.slice(0, length)));
    if (span !== undefined) return span;
  }
  return undefined;
}
