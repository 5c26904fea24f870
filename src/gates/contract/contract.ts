// The contract gate: what every feature brings along, asked of one change, with evidence for each item. What is not asked for
// says why; what is asked for and not shown fails.

import picomatch from 'picomatch';
import { type ContractItem, type ContractItemName, contractItemNames } from '../../protocol/contract.ts';
import type { Finding } from '../../protocol/verdict.ts';
import type { Gate, GateContext, GateResult } from '../gate.ts';
import { readText } from '../treeReader.ts';
import { type Change, isPipeline, readChange } from './change.ts';
import { readFacts } from './facts.ts';
import type { Judged, Miss, Surroundings } from './item.ts';
import { itemJudges, unknownCode } from './items.ts';
import { categoryOf, readPlans } from './plans.ts';

export const contractGate: Gate = {
  name: 'contract',
  version: 1,
  configOf: ({ contract }) => contract,
  async judge(context) {
    const change = await readChange(context);
    const facts = await readFacts(change, context);
    if (!facts.ok) return { status: 'errored', summary: facts.failure.message, findings: [] };
    const plans = await readPlans(change, context);
    const around = { facts: facts.value, plans, ...(await texts(context)) };
    const names = contractItemNames.filter((name) => context.config.contract[name] !== 'off');
    if (names.length === 0)
      return { status: 'unproven', summary: 'Every item of the contract is switched off.', findings: [] };
    const judged = new Map(names.map((name) => [name, judgeItem(name, change, around)]));
    askPlans(judged, around);
    return resultOf(judged, change, context);
  },
};

function judgeItem(name: ContractItemName, change: Change, around: Surroundings): Judged {
  const judged = itemJudges[name](change, around);
  // What is said of code must not rest on code that nobody here can read.
  const unknown = unknownCode(change);
  const isOfCode = categoryOf(name) !== 'deployment';
  if (!isOfCode || unknown.length === 0 || judged.status === 'failed') return judged;
  const reason = 'Code in a language that the gate does not read changes.';
  return { status: 'unproven', reason, evidence: unknown.slice(0, 20), misses: [] };
}

/** A plan that asks for something makes it asked for, whatever the code looks like. */
function askPlans(judged: Map<ContractItemName, Judged>, { plans }: Pick<PlansAround, 'plans'>): void {
  for (const category of ['behaviour', 'physics', 'deployment'] as const) {
    const asked = plans.flatMap(({ path, contract }) => contract[category].map((item) => `${path}: ${item}`));
    const items = [...judged].filter(([name]) => categoryOf(name) === category);
    const [first] = items;
    if (asked.length === 0 || first === undefined) continue;
    if (items.some(([, { status }]) => status !== 'notApplicable')) continue;
    const reason = 'The plan asks for it, and nothing of it was recognised in the change.';
    judged.set(first[0], { status: 'unproven', reason, evidence: asked, misses: [] });
  }
}

interface PlansAround {
  readonly plans: Awaited<ReturnType<typeof readPlans>>;
}

function resultOf(judged: ReadonlyMap<ContractItemName, Judged>, change: Change, { config }: GateContext): GateResult {
  const items: ContractItem[] = [];
  const findings: Finding[] = [];
  const counts = { passed: 0, failed: 0, unproven: 0, notApplicable: 0 };
  const blocking = { failed: 0, unproven: 0 };
  for (const [item, { status, reason, evidence, misses }] of judged) {
    items.push({ item, status, reason, evidence: [...evidence] });
    counts[status] += 1;
    const isRequired = config.contract[item] === 'required';
    if (isRequired && (status === 'failed' || status === 'unproven')) blocking[status] += 1;
    if (status === 'failed')
      findings.push(...misses.map((miss) => findingOf(item, miss, isRequired ? 'error' : 'warning')));
    if (status === 'unproven')
      findings.push(findingOf(item, { message: `Not verified: ${reason} ${evidence.join('; ')}` }, 'warning'));
  }
  const asked = counts.passed + counts.failed + counts.unproven;
  const status = blocking.failed > 0 ? 'failed' : blocking.unproven > 0 ? 'unproven' : 'passed';
  const parts = (['passed', 'failed', 'unproven'] as const).flatMap((one) =>
    counts[one] > 0 ? [`${counts[one]} ${one}`] : [],
  );
  const changed = `${change.all.length} changed ${change.all.length === 1 ? 'file' : 'files'}`;
  const summary =
    asked === 0
      ? `The contract asks nothing of ${changed}: ${change.all.length === 0 ? 'nothing changes' : 'no item applies'}.`
      : `${asked} of ${items.length} items apply to ${changed}: ${parts.join(', ')}.`;
  return { status, summary, findings, items };
}

const ruleNames: Readonly<Record<ContractItemName, string>> = {
  unitTests: 'unit-tests',
  integrationTests: 'integration-tests',
  endToEndTests: 'end-to-end-tests',
  ...{ tracing: 'tracing', metrics: 'metrics', logging: 'logging' },
  ...{ infrastructure: 'infrastructure', pipeline: 'pipeline', rollback: 'rollback' },
};

function findingOf(item: ContractItemName, { message, path, line }: Miss, severity: Finding['severity']): Finding {
  const range =
    line === undefined ? {} : { range: { startLine: line, startColumn: 1, endLine: line + 1, endColumn: 1 } };
  return {
    gate: 'contract',
    rule: `contract/${ruleNames[item]}`,
    severity,
    message,
    ...(path === undefined ? {} : { path, ...range }),
  };
}

const isManifest = picomatch(
  ['**/{requirements*.txt,pyproject.toml,go.mod,Cargo.toml,pom.xml,build.gradle,build.gradle.kts}'],
  { dot: true },
);

async function texts({ files, candidateTree, config }: GateContext) {
  const isInfrastructure = picomatch([...config.contract.infrastructureFiles], { dot: true });
  const listed = (await files.list(candidateTree)).filter(
    ({ path, mode }) => mode.startsWith('100') && !/(?:^|\/)node_modules\//.test(path),
  );
  const read = async (matches: (path: string) => boolean): Promise<Map<string, string>> => {
    const found = new Map<string, string>();
    for (const { path } of listed)
      if (matches(path)) found.set(path, (await readText(files, candidateTree, path)) ?? '');
    return found;
  };
  const pipelines = await read(isPipeline);
  // What a step starts may be a script of the repository.
  const words = new Set([...pipelines.values()].flatMap((text) => text.match(/[\w./-]+/g) ?? []));
  const isStarted = (path: string): boolean =>
    (/(?:^|\/)[^.]+$|\.(?:sh|bash|py|[cm]?[jt]s)$/.test(path) && (words.has(path) || words.has(`./${path}`))) ||
    (path === 'Makefile' && words.has('make'));
  return {
    infrastructure: await read(isInfrastructure),
    pipelines: new Map([...pipelines, ...(await read(isStarted))]),
    manifests: await read(isManifest),
  };
}
