// What encloses a place: the names of functions and classes around it, and a digest of the outermost of them, by which a
// declaration is known again in another file.
import { createHash } from 'node:crypto';
import { member, type SyntaxNode, stringOf } from '../source.ts';
import type { Match } from './matches.ts';
import { ownText } from './ownText.ts';
import type { SourceFile } from './script.ts';

const longestText = 500;

export const digestOf = (text: string): string =>
  createHash('sha256').update(text.replace(/\s+/g, '')).digest('hex').slice(0, 12);

const wholeFile = new WeakMap<SourceFile, string>();
const declarations = new WeakMap<SyntaxNode, string>();

function fileDigest(file: SourceFile): string {
  const known = wholeFile.get(file);
  if (known !== undefined) return known;
  const digest = digestOf(file.text);
  wholeFile.set(file, digest);
  return digest;
}

/** @param ancestors the nodes around the place, outermost first */
export function enclosing(file: SourceFile, ancestors: readonly SyntaxNode[], start: number, end: number): Match {
  const names: string[] = [];
  let outermost: SyntaxNode | undefined;
  for (const node of ancestors) {
    const name = nameOf(node);
    if (name === undefined) continue;
    outermost ??= node;
    names.push(name);
  }
  let context: string;
  if (outermost === undefined) context = fileDigest(file);
  else {
    context = declarations.get(outermost) ?? digestOf(file.text.slice(outermost.start, outermost.end));
    declarations.set(outermost, context);
  }
  return {
    range: file.lines.range(start, end),
    text: ownText(file.text.slice(start, Math.min(end, start + longestText))),
    symbol: names.length === 0 ? '-' : ownText(names.join('.')),
    context,
  };
}

/** The name a node gives to what is inside it. */
function nameOf(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSEnumDeclaration':
    case 'VariableDeclarator':
      return identifier(node.id);
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
    case 'TSAbstractMethodDefinition':
      return identifier(node.key);
    default:
      return undefined;
  }
}

function identifier(node: unknown): string | undefined {
  const name = member(node, 'name');
  return typeof name === 'string' ? name : stringOf(node);
}
