// "Investigate Since Commit": the file worked before that commit. The commit is the one that an editor of git shows, or is picked:
// of a menu of the timeline, VS Code tells only the file.
import * as vscode from 'vscode';
import type { AskedSymptom, HistoryCommit } from '../../protocol/investigation.ts';
import { type FeatureContext, succeeded } from '../feature.ts';
import { type FileAtHand, fileAtHand, investigateFile } from './startInvestigation.ts';

/** Commits that are offered. */
const maxOffered = 200;

export async function investigateSinceCommit(context: FeatureContext, given: readonly unknown[]): Promise<void> {
  const uri = given.find((argument) => argument instanceof vscode.Uri) ?? vscode.window.activeTextEditor?.document.uri;
  const revision = uri === undefined ? undefined : revisionOf(uri);
  const file = await fileAtHand(context, uri?.scheme === 'git' ? vscode.Uri.file(uri.path) : uri);
  if (file === undefined) return;
  const commit = revision === undefined ? await pickCommit(file) : await commitAt(file, revision);
  if (commit !== undefined) await investigateFile(context, file, before(commit));
}

/** What was before its first commit worked in no way, so the whole history is asked. */
function before({ parents: [parent] }: HistoryCommit): AskedSymptom {
  if (parent === undefined) return { symptom: { kind: 'words', words: '' }, good: null };
  return { symptom: { kind: 'workedAt', revision: parent }, good: parent };
}

/** The commit of a document that git's extension made, which says it in its query. */
function revisionOf({ scheme, query }: vscode.Uri): string | undefined {
  return scheme === 'git' ? /"ref":"([0-9a-f]{40})"/.exec(query)?.[1] : undefined;
}

async function commitAt({ repository }: FileAtHand, revision: string): Promise<HistoryCommit | undefined> {
  const read = await repository.host.commitsOf(null, { from: revision, limit: 1 });
  return (await succeeded(read)) && read.ok ? read.value[0] : undefined;
}

async function pickCommit({ repository, file }: FileAtHand): Promise<HistoryCommit | undefined> {
  const read = await repository.host.commitsOf(file, { from: 'HEAD', limit: maxOffered });
  if (!(await succeeded(read)) || !read.ok) return undefined;
  if (read.value.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('{0} is in no commit yet.', file));
    return undefined;
  }
  const items = read.value.map((commit) => ({
    label: `$(git-commit) ${commit.subject}`,
    description: `${commit.author}, ${new Date(commit.at).toLocaleDateString()}`,
    detail: commit.commit?.slice(0, 10) ?? '',
    commit,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Ratchet: Investigate {0}', file),
    placeHolder: vscode.l10n.t('Since which commit does it not work?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.commit;
}
