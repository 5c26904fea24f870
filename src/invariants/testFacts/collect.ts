// What a function asserts, in any language: a walk that knows which parts never run. A language tells it what its nodes mean.
import type { AssertionFact, DeadAssertion } from './factSchemas.ts';

export const deadReasons = {
  constant: 'it asserts what is always true',
  unreachable: 'it stands after the end of the test',
  branch: 'it stands in a branch that never runs',
  swallowed: 'its failure is caught and dropped',
  uncalled: 'it stands in a function that is never called',
  unawaited: 'nothing waits for it',
} as const;

/** One assertion as a language sees it; `inside` are the parts of the node that are looked into as well. */
export interface Found<N> {
  readonly assertions: readonly Omit<AssertionFact, 'times'>[];
  readonly inside: readonly N[];
}

/** What the nodes of one language mean. */
export interface Grammar<N> {
  children(node: N): readonly N[];
  /** Statements run in order: what stands after one that `ends` never runs. */
  isBlock(node: N): boolean;
  ends(node: N): boolean;
  /** Parts of the node that never run, or whose failure is lost. */
  deadParts(node: N): readonly { part: N; reason: string }[];
  found(node: N): Found<N> | undefined;
  /** A named function that runs only when it is called. */
  definition(node: N): { name: string; body: N } | undefined;
  mention(node: N): string | undefined;
  /** The last name of what the node calls; its mention is met as well. */
  call(node: N): string | undefined;
  /** The rows of a written list that is looped over. */
  rows(node: N): readonly string[] | undefined;
  /** `skip` when the test gives itself up here. */
  skips(node: N): boolean;
  isConditional(node: N): boolean;
  isImplicit(node: N): boolean;
}

/** A function's own part, before the functions it calls are counted in. */
export interface Unit {
  readonly line: number;
  readonly assertions: AssertionFact[];
  readonly dead: DeadAssertion[];
  /** How often a name is called; 0 for one that is only mentioned. */
  readonly mentions: Map<string, number>;
  readonly locals: Map<string, Unit>;
  readonly skips: ('skip' | 'conditional')[];
  readonly rows: string[];
  isImplicit: boolean;
}

export const newUnit = (line: number): Unit => ({
  line,
  assertions: [],
  dead: [],
  mentions: new Map(),
  locals: new Map(),
  skips: [],
  rows: [],
  isImplicit: false,
});

/** Rows of one table that are kept. */
const mostRows = 200;

interface State {
  readonly dead: string | null;
  readonly times: number;
  readonly isConditional: boolean;
}

export function collect<N>(root: N, line: number, grammar: Grammar<N>): Unit {
  const unit = newUnit(line);
  visit(root, { dead: null, times: 1, isConditional: false }, unit, grammar);
  return unit;
}

function visit<N>(node: N, state: State, unit: Unit, grammar: Grammar<N>): void {
  const definition = grammar.definition(node);
  if (definition !== undefined) {
    const inner = newUnit(unit.line);
    visit(definition.body, { ...state, times: 1, isConditional: false }, inner, grammar);
    unit.locals.set(definition.name, inner);
    return;
  }
  if (state.dead === null) note(node, state, unit, grammar);
  if (grammar.skips(node) && state.dead === null) unit.skips.push(state.isConditional ? 'conditional' : 'skip');
  if (grammar.isImplicit(node) && state.dead === null) unit.isImplicit = true;
  const found = grammar.found(node);
  if (found !== undefined) {
    for (const assertion of found.assertions) record(assertion, state, unit);
    for (const part of found.inside) visit(part, state, unit, grammar);
    if (state.dead === null) mentionsIn(node, found.inside, state, unit, grammar);
    return;
  }
  const dead = grammar.deadParts(node);
  const rows = grammar.rows(node);
  if (rows !== undefined) unit.rows.push(...rows.slice(0, mostRows));
  const times = state.times * (rows?.length ?? 1);
  const isConditional = state.isConditional || grammar.isConditional(node);
  let hasEnded = false;
  for (const child of grammar.children(node)) {
    const why = dead.find(({ part }) => part === child)?.reason ?? (hasEnded ? deadReasons.unreachable : null);
    visit(child, { dead: state.dead ?? why, times, isConditional }, unit, grammar);
    if (grammar.isBlock(node) && grammar.ends(child)) hasEnded = true;
  }
}

function note<N>(node: N, { times }: State, { mentions }: Unit, grammar: Grammar<N>): void {
  const mention = grammar.mention(node);
  if (mention !== undefined && !mentions.has(mention)) mentions.set(mention, 0);
  const call = grammar.call(node);
  if (call !== undefined) mentions.set(call, (mentions.get(call) ?? 0) + times);
}

/** Names inside an assertion: a function that is called there is called. */
function mentionsIn<N>(node: N, without: readonly N[], state: State, unit: Unit, grammar: Grammar<N>): void {
  for (const child of grammar.children(node)) {
    if (without.includes(child)) continue;
    note(child, state, unit, grammar);
    mentionsIn(child, without, state, unit, grammar);
  }
}

function record(assertion: Omit<AssertionFact, 'times'>, { dead, times }: State, unit: Unit): void {
  const reason = dead ?? (assertion.strength === 0 ? deadReasons.constant : null);
  if (reason === null) unit.assertions.push({ ...assertion, times: Math.max(1, times) });
  else unit.dead.push({ reason, text: `${assertion.kind}(${assertion.subject})`, line: assertion.line });
}
