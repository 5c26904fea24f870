// Runs gates one after another and makes verdicts of what they measured. A gate that breaks is `errored`, never green.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../protocol/canonicalJson.ts';
import type { GateName, Verdict } from '../protocol/verdict.ts';
import { applyAcceptances } from './acceptances.ts';
import { contractGate } from './contract/contract.ts';
import type { Gate, GateContext, GateResult } from './gate.ts';
import { integrityGate } from './integrity.ts';
import { invariantsGate } from './invariants.ts';
import { testsGate } from './tests.ts';
import type { VerdictCache } from './verdictCache.ts';

const gatesByName: ReadonlyMap<GateName, Gate> = new Map(
  [testsGate, integrityGate, invariantsGate, contractGate].map((gate) => [gate.name, gate]),
);

/** The cheap gates come first, so that a person sees their findings while the tests still run. */
const order: readonly GateName[] = ['integrity', 'invariants', 'tests', 'observability', 'spec', 'contract'];

export async function judge(names: readonly GateName[], context: GateContext, cache: VerdictCache): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const name of order.filter((candidate) => names.includes(candidate))) {
    context.signal.throwIfAborted();
    context.onProgress(`Gate: ${name}`);
    const gate = gatesByName.get(name);
    verdicts.push(gate === undefined ? unavailable(name, context) : await judgeOne(gate, context, cache));
  }
  return verdicts;
}

async function judgeOne(gate: Gate, context: GateContext, cache: VerdictCache): Promise<Verdict> {
  const { baseTree, candidateTree } = context;
  const configDigest = digest({
    gate: gate.name,
    version: gate.version,
    config: gate.configOf(context.config, context),
    acceptances: context.acceptances?.acceptances ?? null,
  });
  const known = await cache.get({ gate: gate.name, configDigest, baseTree, candidateTree });
  if (known !== undefined) return known;
  const started = performance.now();
  const result = await measure(gate, context);
  const durationMs = performance.now() - started;
  const verdict = { gate: gate.name, ...result, baseTree, candidateTree, configDigest, durationMs, cached: false };
  // What could not be measured may be measurable next time.
  if (verdict.status === 'passed' || verdict.status === 'failed') await cache.put(verdict);
  return verdict;
}

async function measure(gate: Gate, context: GateContext): Promise<GateResult> {
  try {
    return applyAcceptances(gate.name, await gate.judge(context), context.acceptances);
  } catch (error) {
    context.signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    return { status: 'errored', summary: `The ${gate.name} gate broke: ${message}`, findings: [] };
  }
}

function unavailable(gate: GateName, { baseTree, candidateTree }: GateContext): Verdict {
  const summary = `The ${gate} gate is switched on in .ratchet/config.yml, but this version of Ratchet does not have it yet.`;
  return {
    gate,
    status: 'unproven',
    summary,
    findings: [],
    baseTree,
    candidateTree,
    configDigest: digest(gate),
    durationMs: 0,
    cached: false,
  };
}

const digest = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
