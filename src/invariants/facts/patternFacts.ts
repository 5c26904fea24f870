// Nodes that a pattern or a rule object of ast-grep matches. Its TypeScript grammar misreads `await a.b<T>()`, so a pattern is
// no proof of absence there.
import * as z from 'zod';
import type { PatternRule } from '../../protocol/codeRules.ts';
import { digestOf } from './enclosing.ts';
import type { FactMaker } from './factStore.ts';
import { type PatternNode, parserOf } from './grammars.ts';
import { type Match, matchSchema } from './matches.ts';

const namedKinds = new Set([
  'function_declaration',
  'generator_function_declaration',
  'method_definition',
  'class_declaration',
  'abstract_class_declaration',
  'interface_declaration',
  'variable_declarator',
  'public_field_definition',
  'function_definition',
  'class_definition',
  'method_declaration',
  'function_item',
  'impl_item',
  'struct_item',
]);

type Sought = Pick<PatternRule, 'language' | 'pattern' | 'rule' | 'constraints' | 'utils' | 'fix'>;

export function patternFacts({ language, pattern, rule, constraints, utils, fix }: Sought): FactMaker<Match[]> {
  const sought = { language, pattern, rule, constraints, utils, fix };
  return {
    key: `pattern@2 ${JSON.stringify(sought)}`,
    schema: z.array(matchSchema),
    isScriptOnly: false,
    make: ({ text }) => {
      const root = parserOf(language)(text);
      const matcher = pattern !== undefined && constraints === undefined ? pattern : configOf(sought);
      const whole = digestOf(text);
      return root.findAll(matcher).map((node) => matchOf(node, whole, fix));
    },
  };
}

/** What ast-grep does not take as a rule it says itself. Undefined entries are none to the compiled one alone. */
const configOf = ({ pattern, rule, constraints, utils }: Sought): unknown => ({
  rule: rule ?? { pattern },
  ...(constraints === undefined ? {} : { constraints }),
  ...(utils === undefined ? {} : { utils }),
});

/** Why a pattern cannot be used, or null. */
export function patternProblem(sought: Sought): string | null {
  try {
    parserOf(sought.language)('').findAll(configOf(sought));
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

function matchOf(node: PatternNode, whole: string, fix: PatternRule['fix']): Match {
  const { start, end } = node.range();
  const around = node.ancestors().filter((ancestor) => namedKinds.has(String(ancestor.kind())));
  const names = around
    .map((ancestor) => (ancestor.field('name') ?? ancestor.field('type'))?.text() ?? '')
    .filter((name) => name !== '')
    .reverse();
  const text = node.text();
  return {
    range: {
      startLine: start.line + 1,
      startColumn: start.column + 1,
      endLine: end.line + 1,
      endColumn: end.column + 1,
    },
    text: text.slice(0, 500),
    symbol: names.length === 0 ? '-' : names.join('.'),
    context: around.length === 0 ? whole : digestOf(around.at(-1)?.text() ?? ''),
    ...(fix === undefined || fix.find !== undefined ? {} : { fix: filled(fix.replace, text, node) }),
  };
}

/** `$0` is the match, `$NAME` the text of a metavariable. */
function filled(template: string, text: string, node: PatternNode): string {
  return template.replace(/\$(0|[A-Z_][A-Z0-9_]*)/g, (whole, name: string) =>
    name === '0' ? text : (node.getMatch(name)?.text() ?? whole),
  );
}
