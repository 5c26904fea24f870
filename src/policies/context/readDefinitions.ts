// Where a file defines what, read line by line. A reader by patterns and not a grammar: it is some forty times faster than
// a syntax tree in this process, and what it misses costs a place in a ranking, never a verdict.
import { type Language, languageOf } from './languages.ts';

export interface Definition {
  readonly name: string;
  /** 1 is the first line. */
  readonly line: number;
}

const modifiers =
  '(?:(?:public|protected|private|internal|static|final|abstract|override|open|sealed|virtual|async|default|synchronized|native|suspend|inline|data|partial|readonly|lateinit|const|export|external)\\s+)*';

/** One pattern a line; the first group that matched is the name. */
const patterns: Readonly<Record<Language, readonly RegExp[]>> = {
  script: [
    /^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|class|interface|enum|namespace)\s+([A-Za-z_$][\w$]*)/,
    /^(?:export\s+)?(?:declare\s+)?type\s+([A-Za-z_$][\w$]*)\s*[=<]/,
    /^(?:export\s+)?(?:declare\s+)?(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*[:=]/,
    /^\s*(?:module\.)?exports\.([A-Za-z_$][\w$]*)\s*=/,
    /^\s*[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\.([A-Za-z_$][\w$]*)\s*=\s*(?:async\s+)?(?:function\b|\([^)]*\)\s*=>)/,
    /^ {2,4}(?:(?:public|private|protected|static|readonly|override|async|get|set)\s+)*([A-Za-z_$#][\w$]*)\s*(?:<[^>]*>)?\([^)]*\)\s*(?::[^={]+)?\{\s*$/,
    /^ {2,4}([A-Za-z_$][\w$]*)\s*[:=]\s*(?:async\s+)?(?:function\b|\([^)]*\)\s*=>)/,
  ],
  python: [/^\s*(?:async\s+)?(?:def|class)\s+(\w+)/, /^([A-Za-z_]\w*)\s*(?::[^=]+)?=[^=]/],
  go: [
    /^func\s+(?:\([^)]*\)\s*)?(\w+)/,
    /^type\s+(\w+)/,
    /^(?:var|const)\s+(\w+)/,
    /^\t([A-Z]\w*)\s+(?:[\w.*[\]]+\s+)?=/,
  ],
  rust: [
    /^\s*(?:pub(?:\([^)]*\))?\s+)?(?:default\s+)?(?:const\s+)?(?:async\s+)?(?:unsafe\s+)?(?:extern\s+"[^"]*"\s+)?(?:fn|struct|enum|trait|type|union|mod|static|const)\s+(?:mut\s+)?(\w+)/,
    /^\s*macro_rules!\s*(\w+)/,
  ],
  java: [
    new RegExp(
      `^\\s*${modifiers}(?:class|interface|enum|record|@interface|object|trait|struct|protocol|extension|fun|func|def)\\s+([A-Za-z_]\\w*)`,
    ),
    /^\s+(?:(?:public|protected|private|internal|static|final|abstract|override|synchronized|native|default|virtual|async)\s+)+(?:<[^>]+>\s*)?[\w.<>[\],?\s]*?\b([A-Za-z_]\w*)\s*[(=;]/,
    /^ {2,4}(?:<[^>]+>\s*)?[A-Z][\w.<>[\],?]*\s+([a-z]\w*)\s*\(/,
  ],
  c: [
    /^\s*(?:typedef\s+)?(?:struct|class|enum|union|namespace|@interface|@implementation)\s+([A-Za-z_]\w*)/,
    /^#\s*define\s+([A-Za-z_]\w*)/,
    /^[A-Za-z_][\w\s*&:<>,]*?[\s*&:]([A-Za-z_~]\w*)\s*\([^;]*$/,
  ],
  ruby: [/^\s*(?:def\s+(?:self\.)?|class\s+|module\s+)([A-Za-z_]\w*)/, /^\s*([A-Z][A-Z0-9_]+)\s*=/],
  php: [
    /^\s*(?:(?:abstract|final|public|protected|private|static|readonly)\s+)*(?:function|class|interface|trait|enum)\s+&?([A-Za-z_]\w*)/,
  ],
};

const keywords = new Set(
  'if for while switch catch return else do try with function new throw await typeof case super constructor'.split(' '),
);
const maxDefinitions = 1_000;
/** Longer lines are generated, and patterns over them are slow. */
const maxLineLength = 400;

export function readDefinitions(path: string, text: string): Definition[] {
  const language = languageOf(path);
  if (language === undefined) return [];
  const found: Definition[] = [];
  let closing: string | undefined;
  let line = 0;
  for (const content of text.split('\n')) {
    line += 1;
    if (closing !== undefined) {
      if (content.includes(closing)) closing = undefined;
      continue;
    }
    closing = opensComment(language, content);
    if (closing !== undefined || content.length > maxLineLength) continue;
    const name = nameIn(language, content);
    if (name !== undefined && found.length < maxDefinitions) found.push({ name, line });
  }
  return found;
}

function nameIn(language: Language, content: string): string | undefined {
  if (!/[A-Za-z]/.test(content)) return undefined;
  for (const pattern of patterns[language]) {
    const name = pattern.exec(content)?.[1];
    if (name !== undefined) return name.length > 1 && !keywords.has(name) ? name : undefined;
  }
  return undefined;
}

/** What ends the comment or docstring that begins on this line and does not end there. */
function opensComment(language: Language, content: string): string | undefined {
  if (language === 'python') {
    const quote = /^\s*[rRbBuU]?("""|''')/.exec(content)?.[1];
    return quote !== undefined && content.indexOf(quote, content.indexOf(quote) + 3) < 0 ? quote : undefined;
  }
  if (language === 'ruby') return content.startsWith('=begin') ? '=end' : undefined;
  return /^\s*\/\*/.test(content) && !content.includes('*/') ? '*/' : undefined;
}
