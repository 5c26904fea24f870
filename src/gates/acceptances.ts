// Findings that a person accepted with a reason. They stay visible, as warnings with the reason, and no longer fail the gate.
// A policy's tree is never asked for acceptances, so a change cannot excuse itself.
import { createHash } from 'node:crypto';
import {
  type Acceptance,
  acceptableGates,
  acceptanceSchema,
  acceptancesPath,
  type ReadAcceptances,
} from '../protocol/acceptance.ts';
import { parseJson } from '../protocol/parseJson.ts';
import type { Finding, GateName } from '../protocol/verdict.ts';
import type { GateResult } from './gate.ts';

export function readAcceptances(text: string): ReadAcceptances {
  const acceptances: Acceptance[] = [];
  const problems: string[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '') return;
    const parsed = acceptanceSchema.safeParse(parseJson(line));
    if (parsed.success) acceptances.push(parsed.data);
    else
      problems.push(
        `Line ${index + 1} of ${acceptancesPath} is no acceptance: ${parsed.error.issues[0]?.message ?? ''}`,
      );
  });
  return { acceptances, problems };
}

export const formatAcceptance = (acceptance: Acceptance): string => `${JSON.stringify(acceptance)}\n`;

/** Every finding that a person could accept gets an identity, so that it can be named. */
export function withFingerprints(findings: readonly Finding[]): Finding[] {
  const counts = new Map<string, number>();
  return findings.map((finding) => {
    if (finding.fingerprint !== undefined || !isAcceptable(finding.gate)) return finding;
    const text = [finding.rule, finding.path ?? '', finding.message].join('\n');
    const ordinal = (counts.get(text) ?? 0) + 1;
    counts.set(text, ordinal);
    const fingerprint = createHash('sha256').update(`${text}\n${ordinal}`).digest('hex').slice(0, 16);
    return { ...finding, fingerprint };
  });
}

export const isAcceptable = (gate: GateName): gate is Acceptance['gate'] =>
  acceptableGates.some((acceptable) => acceptable === gate);

/** `read` is undefined where acceptances do not count; then nothing changes. */
export function applyAcceptances(gate: GateName, result: GateResult, read: ReadAcceptances | undefined): GateResult {
  const findings = withFingerprints(result.findings);
  if (read === undefined || !isAcceptable(gate)) return { ...result, findings };
  const known = new Map(
    read.acceptances.filter((acceptance) => acceptance.gate === gate).map((one) => [one.fingerprint, one]),
  );
  let accepted = 0;
  const judged = findings.map((finding): Finding => {
    // The list itself is how a person speaks; the integrity gate calls any change of .ratchet a weakening.
    if (finding.path === acceptancesPath && finding.rule === 'integrity/gate-configuration')
      return { ...finding, severity: 'info' };
    const acceptance = finding.severity === 'error' ? known.get(finding.fingerprint ?? '') : undefined;
    if (acceptance === undefined || acceptance.rule !== finding.rule) return finding;
    accepted += 1;
    const { by, on, reason } = acceptance;
    return { ...finding, severity: 'warning', message: `${finding.message} Accepted by ${by} on ${on}: ${reason}` };
  });
  if (gate === 'integrity')
    judged.push(
      ...read.problems.map(
        (message): Finding => ({
          gate,
          rule: 'integrity/acceptance-format',
          severity: 'error',
          message,
          path: acceptancesPath,
        }),
      ),
    );
  const isHeld = result.status === 'failed' && judged.every(({ severity }) => severity !== 'error');
  const isBroken = result.status === 'passed' && judged.some(({ severity }) => severity === 'error');
  const status = isHeld ? 'passed' : isBroken ? 'failed' : result.status;
  const summary = accepted === 0 ? result.summary : `${result.summary} ${accepted} accepted by a person.`;
  return { ...result, status, summary, findings: judged };
}
