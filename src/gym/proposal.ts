// From two trees to a proposal: files, hunks and the patch. Reads objects only.
import { createHash } from 'node:crypto';
import type { FileChange, Hunk, Proposal } from '../protocol/proposal.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import { failureMessage } from './failureMessage.ts';
import type { Repository } from './git.ts';
import { deriveHunks, identified } from './hunks.ts';
import { splitLines } from './lines.ts';

/** Lines above which a file is reviewed as a whole: a diff of two such files could take minutes. */
const maxDiffLines = 50_000;

interface RawChange {
  readonly path: string;
  readonly status: string;
  readonly baseMode: string;
  readonly candidateMode: string;
  readonly baseBlob: string;
  readonly candidateBlob: string;
}

export async function makeProposal(
  repository: Repository,
  baseTree: string,
  candidateTree: string,
): Promise<Result<Proposal>> {
  try {
    const trees = [baseTree, candidateTree];
    const raw = await repository.git.raw(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--full-index', ...trees]);
    const patch = await repository.git.raw([
      'diff-tree',
      '-p',
      '--binary',
      '--no-renames',
      '--no-ext-diff',
      '--no-color',
      '--full-index',
      ...trees,
    ]);
    const files = await Promise.all(parseRaw(raw).map((change) => fileChange(repository, change)));
    const id = createHash('sha256').update(`${baseTree} ${candidateTree}`).digest('hex').slice(0, 16);
    return success({ id, baseTree, candidateTree, files, patch });
  } catch (error) {
    return failure('proposalFailed', `Git could not compare the trees: ${failureMessage(error)}`);
  }
}

function parseRaw(raw: string): RawChange[] {
  const parts = raw.split('\0');
  const changes: RawChange[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [, baseMode, candidateMode, baseBlob, candidateBlob, status] =
      /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) (\w)/.exec(parts[index] ?? '') ?? [];
    const path = parts[index + 1];
    if (path === undefined || baseMode === undefined || candidateMode === undefined || status === undefined) continue;
    changes.push({
      path,
      status,
      baseMode,
      candidateMode,
      baseBlob: baseBlob ?? '',
      candidateBlob: candidateBlob ?? '',
    });
  }
  return changes;
}

async function fileChange(repository: Repository, change: RawChange): Promise<FileChange> {
  const { path, baseMode, candidateMode } = change;
  const isAdded = change.status === 'A';
  const isDeleted = change.status === 'D';
  const base = isAdded ? undefined : await readBlob(repository, baseMode, change.baseBlob);
  const candidate = isDeleted ? undefined : await readBlob(repository, candidateMode, change.candidateBlob);
  const texts = { base: textOf(base), candidate: textOf(candidate) };
  const binary = texts.base === null || texts.candidate === null;
  return {
    path,
    kind: isAdded ? 'added' : isDeleted ? 'deleted' : 'modified',
    binary,
    baseMode: isAdded ? null : baseMode,
    candidateMode: isDeleted ? null : candidateMode,
    baseBlob: isAdded ? null : change.baseBlob,
    candidateBlob: isDeleted ? null : change.candidateBlob,
    hunks: hunksOf(change, texts),
  };
}

async function readBlob(repository: Repository, mode: string, blob: string): Promise<Uint8Array> {
  // A submodule's entry is a commit, which has no content here; its id stands for it.
  return mode === '160000' ? new TextEncoder().encode(`${blob}\0`) : await repository.git.blob(blob);
}

/** Text, undefined for no file, null for bytes that are not UTF-8 text. */
function textOf(bytes: Uint8Array | undefined): string | undefined | null {
  if (bytes === undefined) return undefined;
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function hunksOf(
  change: RawChange,
  texts: { base: string | undefined | null; candidate: string | undefined | null },
): Hunk[] {
  const { path, baseMode, candidateMode, baseBlob, candidateBlob } = change;
  const { base, candidate } = texts;
  if (base === null || candidate === null) return [whole(path, 'binary', [`${baseBlob} -> ${candidateBlob}`])];
  if (base === undefined) return [whole(path, 'create', prefixed('+', candidate ?? ''))];
  if (candidate === undefined) return [whole(path, 'delete', prefixed('-', base))];
  const isTooLarge = Math.max(splitLines(base).length, splitLines(candidate).length) > maxDiffLines;
  // A link and a file are different things; half of such a change makes no sense.
  const isOtherKind = baseMode.slice(0, 3) !== candidateMode.slice(0, 3) || candidateMode === '120000';
  if (isTooLarge || isOtherKind) return [whole(path, 'binary', [`${baseBlob} -> ${candidateBlob}`])];
  const mode = baseMode === candidateMode ? [] : [whole(path, 'mode', [`${baseMode} -> ${candidateMode}`])];
  return [...mode, ...deriveHunks(path, base, candidate)];
}

const prefixed = (prefix: string, text: string): string[] =>
  splitLines(text).map((line) => prefix + line.replace(/\n$/, ''));

function whole(path: string, kind: Hunk['kind'], lines: string[]): Hunk {
  const added = kind === 'create' ? lines.length : 0;
  const removed = kind === 'delete' ? lines.length : 0;
  return identified({ path, kind, oldStart: 1, oldLines: removed, newStart: 1, newLines: added, lines });
}
