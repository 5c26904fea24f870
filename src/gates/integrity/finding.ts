// A finding of the integrity gate. Its fingerprint names what was weakened and how, and never a line, so that it can be accepted once.
import { createHash } from 'node:crypto';
import type { Finding } from '../../protocol/verdict.ts';

export interface Weakening {
  readonly rule: string;
  readonly path: string;
  readonly message: string;
  readonly severity?: Finding['severity'];
  readonly line?: number;
  readonly evidence?: string;
}

export function findingOf({ rule, path, message, severity = 'error', line, evidence }: Weakening): Finding {
  return {
    gate: 'integrity',
    rule: `integrity/${rule}`,
    severity,
    message,
    path,
    ...(line === undefined ? {} : { range: { startLine: line, startColumn: 1, endLine: line + 1, endColumn: 1 } }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/** Gives each finding its identity: equal ones are numbered, and the same thing in the same place is said once. */
export function identified(findings: readonly Finding[]): Finding[] {
  const counts = new Map<string, number>();
  const said = new Set<string>();
  return findings.flatMap((finding) => {
    const { rule, path = '', message, evidence = '', range } = finding;
    const place = [rule, path, range?.startLine ?? 0, evidence, range === undefined ? message : ''].join('\0');
    if (said.has(place)) return [];
    said.add(place);
    const key = [rule, path, message, evidence].join('\0');
    const ordinal = (counts.get(key) ?? 0) + 1;
    counts.set(key, ordinal);
    const fingerprint = createHash('sha256').update(`${key}\0${ordinal}`).digest('hex').slice(0, 16);
    return [{ ...finding, fingerprint }];
  });
}
