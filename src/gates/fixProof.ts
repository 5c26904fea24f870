// That a fix is one: what was seen fails before the change and is gone with it. Asked only where everything else passes.
import type { ProbeResult } from '../protocol/investigation.ts';
import type { Result } from '../protocol/result.ts';
import type { GateContext, GateResult } from './gate.ts';
import type { FixPort } from './proof.ts';

export async function proveFix(context: GateContext, port: FixPort, judged: GateResult): Promise<GateResult> {
  if (judged.status !== 'passed') return judged;
  const { baseTree, candidateTree, signal, onProgress } = context;
  onProgress('The symptom, before the change');
  const before = await port.ask(baseTree, signal);
  onProgress('The symptom, with the change');
  const after = await port.ask(candidateTree, signal);
  return judgeFix(nameOf(port), before, after, judged);
}

/** Exported for its tests: the whole decision. */
export function judgeFix(
  name: string,
  before: Result<ProbeResult>,
  after: Result<ProbeResult>,
  judged: GateResult,
): GateResult {
  const unproven = (why: string): GateResult => ({
    ...judged,
    status: 'unproven',
    summary: `${judged.summary}. ${why}`,
  });
  if (!before.ok) return unproven(`Whether ${name} failed before cannot be told: ${before.failure.message}`);
  if (!after.ok) return unproven(`Whether ${name} still fails cannot be told: ${after.failure.message}`);
  if (before.value.outcome === 'passed')
    return unproven(`${name} does not fail before the change, so this mends nothing.`);
  if (before.value.outcome === 'untestable')
    return unproven(`${name} cannot be run before the change: ${firstLine(before.value)}`);
  if (after.value.outcome === 'untestable')
    return unproven(`${name} cannot be run with the change: ${firstLine(after.value)}`);
  if (after.value.outcome === 'passed')
    return { ...judged, summary: `${judged.summary}. ${name} failed before the change and passes with it` };
  const message = `${name} fails with the change as well: ${after.value.message}`;
  return {
    ...judged,
    status: 'failed',
    summary: `${judged.summary}, but ${name} still fails`,
    findings: [...judged.findings, { gate: 'tests', rule: 'tests/not-mended', severity: 'error', message }],
  };
}

const firstLine = ({ message }: ProbeResult): string => message.split('\n')[0] ?? '';

const nameOf = ({ asked: { oracle } }: FixPort): string =>
  oracle.kind === 'command' ? `\`${oracle.command}\`` : oracle.name === null ? oracle.file : `"${oracle.name}"`;
