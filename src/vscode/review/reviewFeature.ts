// The review's commands: open it, walk through the hunks, and decide. Every decision is a signal to the run.
import * as vscode from 'vscode';
import type { FileChange, Hunk } from '../../protocol/proposal.ts';
import type { RunSignal } from '../../protocol/signals.ts';
import { command, type Feature, type FeatureContext, requireRepository, succeeded } from '../feature.ts';
import { commands } from '../ids.ts';
import type { Repository } from '../supervisor.ts';
import { Review } from './review.ts';
import { describeHunk, hunkAtLine, nextHunk, openHunks } from './reviewModel.ts';
import { HunkComments, HunkDecorations, HunkLenses, ProposalSourceControl, ProposedDocuments } from './surfaces.ts';

export const reviewFeature: Feature = (context) => {
  const review = new Review(context);
  const comments = new HunkComments(review);
  const act = new ReviewCommands(context, review);
  const told = new Set<string>();
  return [
    ...review.register(),
    context.supervisor.onDidChange((repository) => void tellWhatIsLeft(repository, told)),
    ...new ProposedDocuments(review).register(),
    ...new HunkLenses(review).register(),
    ...new HunkDecorations(review).register(),
    ...new ProposalSourceControl(review).register(),
    ...comments.register(),
    command(context, commands.openReview, async () => await act.open()),
    command(context, commands.showHunk, async (id) => await act.show(id)),
    command(context, commands.acceptHunk, async (...args) => await act.decide(await act.hunksAt(args), 'accept')),
    command(context, commands.rejectHunk, async (...args) => await act.decide(await act.hunksAt(args), 'reject')),
    command(context, commands.acceptFile, async (target) => await act.decide(act.hunksOfFile(target), 'accept')),
    command(context, commands.rejectFile, async (target) => await act.decide(act.hunksOfFile(target), 'reject')),
    command(context, commands.acceptAll, async () => await act.decide(act.all(), 'accept')),
    command(context, commands.rejectAll, async () => await act.decideAll('reject')),
    command(context, commands.nextHunk, async () => await act.step(1)),
    command(context, commands.previousHunk, async () => await act.step(-1)),
    command(context, commands.finishReview, async () => await act.finish()),
    command(context, commands.replyToHunk, async (...args) => await act.reply(await act.hunksAt(args))),
    command(context, commands.sendReply, async (reply) => {
      const { thread, text } = readReply(reply);
      if (thread === undefined) return;
      const id = await comments.hunkOf(thread);
      thread.dispose();
      if (id !== undefined) await act.send({ name: 'replyToHunk', payload: { hunkId: id, comment: text } });
    }),
  ];
};

class ReviewCommands {
  readonly #context: FeatureContext;
  readonly #review: Review;

  constructor(context: FeatureContext, review: Review) {
    this.#context = context;
    this.#review = review;
  }

  /** The whole proposal as a multi-file diff: the person's files on the left, the proposed ones on the right. */
  async open(): Promise<void> {
    if ((await requireRepository(this.#context, false)) === undefined) return;
    const files = this.#review.files();
    if (files.length === 0) return await this.#nothingOpen();
    const resources = files.map((file): [vscode.Uri, vscode.Uri | undefined, vscode.Uri | undefined] => {
      const uri = this.#review.fileUri(file.path);
      return [
        uri,
        file.kind === 'added' ? undefined : uri,
        file.kind === 'deleted' ? undefined : this.#review.proposedUri(file.path),
      ];
    });
    const title = vscode.l10n.t('Ratchet: {0}', this.#review.repository?.view?.title ?? '');
    await vscode.commands.executeCommand('vscode.changes', title, resources);
  }

  async show(id: unknown): Promise<void> {
    const found = this.#open().find(({ hunk }) => hunk.id === id);
    if (found === undefined) return await this.#nothingOpen();
    await this.#reveal(found.file, found.hunk);
  }

  async step(direction: 1 | -1): Promise<void> {
    const places = await this.#places();
    const paths = this.#review.repository?.view?.proposal?.files.map(({ path }) => path) ?? [];
    const next = nextHunk(places, paths, this.#here(), direction);
    if (next === undefined) return await this.#nothingOpen();
    await this.#reveal(next.file, next.hunk);
  }

  async finish(): Promise<void> {
    const open = this.#open().length;
    if (open > 0) {
      const end = vscode.l10n.t('End Review');
      const message = vscode.l10n.t('{0} hunks are still open. Ending the review rejects them.', open);
      if ((await vscode.window.showWarningMessage(message, { modal: true }, end)) !== end) return;
    }
    await this.send({ name: 'finishReview', payload: {} });
  }

  async decideAll(decision: 'accept' | 'reject'): Promise<void> {
    await this.decide(this.all(), decision);
  }

  all(): string[] {
    return this.#open().map(({ hunk }) => hunk.id);
  }

  async decide(ids: readonly string[], decision: 'accept' | 'reject'): Promise<void> {
    if (ids.length === 0) return await this.#nothingOpen();
    const lists = { accept: decision === 'accept' ? [...ids] : [], reject: decision === 'reject' ? [...ids] : [] };
    await this.send({ name: 'decideHunks', payload: lists });
  }

  async reply(ids: readonly string[]): Promise<void> {
    const [id] = ids;
    if (id === undefined) return await this.#nothingOpen();
    const comment = await vscode.window.showInputBox({
      title: vscode.l10n.t('Ratchet: Reply to Hunk'),
      prompt: vscode.l10n.t('What should be different? The policy tries again, and you get a new proposal.'),
      ignoreFocusOut: true,
    });
    if (comment === undefined || comment.trim() === '') return;
    await this.send({ name: 'replyToHunk', payload: { hunkId: id, comment: comment.trim() } });
  }

  /** Hunks named by an argument (CodeLens, panel), by a change of the quick diff, or by the cursor. */
  async hunksAt(args: readonly unknown[]): Promise<string[]> {
    const [first, changes, index] = args;
    if (typeof first === 'string') return this.all().includes(first) ? [first] : [];
    if (first instanceof vscode.Uri && Array.isArray(changes) && typeof index === 'number') {
      const line: unknown = Reflect.get(Object(changes[index]), 'modifiedStartLineNumber');
      return await this.#atLine(first, typeof line === 'number' ? line : 1);
    }
    const editor = vscode.window.activeTextEditor;
    return editor === undefined ? [] : await this.#atLine(editor.document.uri, editor.selection.active.line + 1);
  }

  hunksOfFile(target: unknown): string[] {
    const given: unknown = target instanceof vscode.Uri ? target : Reflect.get(Object(target), 'resourceUri');
    const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
    const file = uri === undefined ? undefined : this.#review.fileOf(uri)?.file;
    return this.#open()
      .filter((item) => item.file === file)
      .map(({ hunk }) => hunk.id);
  }

  async send(signal: RunSignal): Promise<void> {
    const repository = await requireRepository(this.#context, false);
    if (repository !== undefined) await succeeded(await this.#context.supervisor.signal(repository, signal));
  }

  #open(): { file: FileChange; hunk: Hunk }[] {
    const view = this.#review.repository?.view;
    return view === undefined ? [] : openHunks(view);
  }

  async #atLine(uri: vscode.Uri, line: number): Promise<string[]> {
    const found = this.#review.fileOf(uri);
    if (found === undefined) return [];
    const { open } = await this.#review.place(found.file);
    const placed = hunkAtLine(open, line, found.side);
    return placed === undefined ? [] : [placed.hunk.id];
  }

  async #places() {
    const placed = await Promise.all(
      this.#review.files().map(async (file) => ({ file, places: await this.#review.place(file) })),
    );
    return placed.flatMap(({ file, places }) =>
      places.open.map(({ hunk, current }) => ({ file, hunk, path: file.path, line: current?.startLine ?? 1 })),
    );
  }

  #here(): { path: string; line: number } | null {
    const editor = vscode.window.activeTextEditor;
    const path = editor === undefined ? undefined : this.#review.pathOf(editor.document.uri);
    return editor === undefined || path === undefined ? null : { path, line: editor.selection.active.line + 1 };
  }

  /** Opens the person's file at the hunk; a new file, which is not there yet, as it is proposed. */
  async #reveal(file: FileChange, hunk: Hunk): Promise<void> {
    const isNew = file.kind === 'added' && hunk.kind === 'create';
    const uri = isNew ? this.#review.proposedUri(file.path) : this.#review.fileUri(file.path);
    const { open } = await this.#review.place(file);
    const placed = open.find((candidate) => candidate.hunk.id === hunk.id);
    const line = Math.max(0, ((isNew ? placed?.proposed : placed?.current)?.startLine ?? 1) - 1);
    const editor = await vscode.window.showTextDocument(uri, { preview: true });
    const at = new vscode.Position(Math.min(line, Math.max(0, editor.document.lineCount - 1)), 0);
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    vscode.window.setStatusBarMessage(
      `Ratchet: ${describeHunk(hunk)}${placed?.stale === null || placed === undefined ? '' : ` (${placed.stale})`}`,
      4_000,
    );
  }

  async #nothingOpen(): Promise<void> {
    await vscode.window.showInformationMessage(vscode.l10n.t('No hunk waits for a decision.'));
  }
}

/** Once for each judgement of what is left after a rejection, when it does not pass. */
async function tellWhatIsLeft({ view }: Repository, told: Set<string>): Promise<void> {
  const judged = view?.judgements.at(-1);
  if (view === undefined || judged?.phase !== 'remaining' || view.endedAt !== null) return;
  const key = `${view.runId} ${judged.at}`;
  if (told.has(key)) return;
  told.add(key);
  const failed = judged.verdicts.filter(({ status }) => status === 'failed' || status === 'errored');
  if (failed.length === 0) return;
  const gates = failed.map(({ gate, summary }) => `${gate}: ${summary}`).join('; ');
  const message = vscode.l10n.t(
    'Ratchet: what is left of the proposal does not pass without what you rejected ({0}). What you accept now is written nevertheless.',
    gates,
  );
  const show = vscode.l10n.t('Show Gates');
  if ((await vscode.window.showWarningMessage(message, show)) === show)
    await vscode.commands.executeCommand(commands.showPanel);
}

function readReply(reply: unknown): { thread: vscode.CommentThread | undefined; text: string } {
  const value: Partial<vscode.CommentReply> = typeof reply === 'object' && reply !== null ? reply : {};
  return {
    thread: value.text === undefined || value.text.trim() === '' ? undefined : value.thread,
    text: value.text?.trim() ?? '',
  };
}
