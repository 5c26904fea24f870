// Accepted hunks into the workspace: derived anew from the text as it is now, checked, and written in one piece.
import { createHash } from 'node:crypto';
import { applyHunks as applyToText } from '../gym/hunks.ts';
import type { FileChange, Hunk, HunkOutcome, Proposal } from '../protocol/proposal.ts';
import { type Result, success } from '../protocol/result.ts';
import type { Workspace, WorkspaceEdit } from './api.ts';

export interface TreeFiles {
  read(tree: string, path: string): Promise<Uint8Array | undefined>;
}

/** How often a file that changes under our hands is read again before the hunk counts as stale. */
const maxTries = 3;

export async function applyHunks(
  proposal: Proposal,
  hunkIds: readonly string[],
  acceptedIds: readonly string[],
  files: TreeFiles,
  workspace: Workspace,
): Promise<Result<{ outcomes: HunkOutcome[] }>> {
  for (let attempt = 1; ; attempt += 1) {
    const prepared = await prepare(proposal, hunkIds, acceptedIds, files, workspace);
    if (prepared.edits.length === 0) return success({ outcomes: prepared.outcomes });
    const applied = await workspace.apply(prepared.edits);
    if (applied.ok) return success({ outcomes: prepared.outcomes });
    if (applied.failure.reason !== 'stale') return applied;
    if (attempt < maxTries) continue;
    const message = applied.failure.message;
    return success({ outcomes: prepared.outcomes.map(({ hunkId }) => ({ hunkId, state: 'stale', message })) });
  }
}

async function prepare(
  proposal: Proposal,
  hunkIds: readonly string[],
  acceptedIds: readonly string[],
  files: TreeFiles,
  workspace: Workspace,
) {
  const edits: WorkspaceEdit[] = [];
  const outcomes: HunkOutcome[] = [];
  for (const file of proposal.files) {
    const hunks = file.hunks.filter((hunk) => hunkIds.includes(hunk.id));
    if (hunks.length === 0) continue;
    const done = await prepareFile(proposal, file, hunks, acceptedIds, files, workspace);
    outcomes.push(...done.outcomes);
    if (done.edit !== null) edits.push(done.edit);
  }
  const known = new Set(outcomes.map(({ hunkId }) => hunkId));
  for (const hunkId of hunkIds)
    if (!known.has(hunkId)) outcomes.push({ hunkId, state: 'stale', message: 'The proposal no longer has this hunk.' });
  return { edits, outcomes };
}

interface Prepared {
  readonly edit: WorkspaceEdit | null;
  readonly outcomes: HunkOutcome[];
}

async function prepareFile(
  proposal: Proposal,
  file: FileChange,
  hunks: Hunk[],
  acceptedIds: readonly string[],
  files: TreeFiles,
  workspace: Workspace,
): Promise<Prepared> {
  const { path } = file;
  const base = await files.read(proposal.baseTree, path);
  const current = await workspace.read(path);
  const candidate = await files.read(proposal.candidateTree, path);
  const isWhole = hunks.some(({ kind }) => kind !== 'text' && kind !== 'mode');
  const executable = file.candidateMode === '100755' ? true : file.baseMode === '100755' ? false : undefined;
  if (isWhole) {
    if (same(current, candidate)) return { edit: null, outcomes: hunks.map(accepted) };
    if (!same(current, base))
      return { edit: null, outcomes: hunks.map((hunk) => stale(hunk, wholeMessage(path, base, current))) };
    return { edit: { path, expected: current, content: candidate, executable }, outcomes: hunks.map(accepted) };
  }
  const decoded = { base: decode(base), current: decode(current) };
  if (decoded.base === null || decoded.current === null)
    return { edit: null, outcomes: hunks.map((hunk) => stale(hunk, `${path} is not text any more.`)) };
  const textHunks = hunks.filter(({ kind }) => kind === 'text');
  const before = file.hunks.filter(({ id, kind }) => kind === 'text' && acceptedIds.includes(id));
  const applied = applyToText({ base: decoded.base, current: decoded.current, applied: before, hunks: textHunks });
  const modeHunks = hunks.filter(({ kind }) => kind === 'mode');
  const outcomes = [...applied.outcomes, ...modeHunks.map(accepted)];
  const isChanged = applied.text !== decoded.current || modeHunks.length > 0;
  if (!isChanged || !outcomes.some(({ state }) => state === 'accepted')) return { edit: null, outcomes };
  const content = applied.text === undefined ? undefined : new TextEncoder().encode(applied.text);
  return {
    edit: { path, expected: current, content, executable: modeHunks.length > 0 ? executable : undefined },
    outcomes,
  };
}

const accepted = ({ id }: Hunk): HunkOutcome => ({ hunkId: id, state: 'accepted', message: null });
const stale = ({ id }: Hunk, message: string): HunkOutcome => ({ hunkId: id, state: 'stale', message });

function wholeMessage(path: string, base: Uint8Array | undefined, current: Uint8Array | undefined): string {
  if (base === undefined) return `${path} exists by now, with other content.`;
  return current === undefined ? `${path} does not exist any more.` : `${path} was changed since the run began.`;
}

/** Text that UTF-8 gives back unchanged, undefined for no file, null for bytes that are not text. */
function decode(bytes: Uint8Array | undefined): string | undefined | null {
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.length === b.length && digest(a) === digest(b);
