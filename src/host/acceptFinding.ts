// A finding accepted by a person, with the reason, into `.ratchet/accepted.jsonl` of the working copy. Only what a gate has
// found on the working copy as it is can be accepted.
import { formatAcceptance, isAcceptable, readAcceptances } from '../gates/acceptances.ts';
import type { Repository } from '../gym/git.ts';
import { type Acceptance, acceptanceSchema, acceptancesPath } from '../protocol/acceptance.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { Verdict } from '../protocol/verdict.ts';
import type { Workspace } from './api.ts';
import { authorOf } from './author.ts';

export async function acceptFinding(
  fingerprint: string,
  reason: string,
  verdicts: readonly Verdict[],
  repository: Repository,
  workspace: Workspace,
): Promise<Result<Acceptance>> {
  const found = verdicts
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.severity === 'error' && finding.fingerprint?.startsWith(fingerprint));
  const [finding] = found;
  if (finding === undefined || fingerprint.length < 4)
    return failure('noSuchFinding', `No gate found anything with the fingerprint ${fingerprint} that would fail it.`);
  if (new Set(found.map((one) => one.fingerprint)).size > 1)
    return failure('noSuchFinding', `${fingerprint} begins several fingerprints; name more of it.`);
  const { gate, rule, path = null, message } = finding;
  if (!isAcceptable(gate))
    return failure('refused', `What the ${gate} gate finds cannot be accepted; it can only be mended.`);
  const parsed = acceptanceSchema.safeParse({
    fingerprint: finding.fingerprint,
    gate,
    rule,
    path,
    message: message.split('\n')[0] ?? '',
    reason,
    by: await authorOf(repository),
    on: new Date().toISOString().slice(0, 10),
  });
  if (!parsed.success) return failure('usage', `It cannot be accepted: ${parsed.error.issues[0]?.message ?? ''}.`);
  const expected = await workspace.read(acceptancesPath);
  const before = expected === undefined ? '' : new TextDecoder().decode(expected);
  const { problems } = readAcceptances(before);
  if (problems.length > 0) return failure('configuration', problems.join('\n'));
  const text = `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${formatAcceptance(parsed.data)}`;
  const content = new TextEncoder().encode(text);
  const written = await workspace.apply([{ path: acceptancesPath, expected, content, executable: undefined }]);
  return written.ok ? success(parsed.data) : written;
}
