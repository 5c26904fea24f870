// Steering a run while it works: pause and go on, say something to the policy, have a step done differently, and give the run
// more to spend. Each is a signal to the run, or a new limit for it; nothing is steered behind the journal's back.
import * as vscode from 'vscode';
import { timesBudget } from '../protocol/budget.ts';
import type { Budget } from '../protocol/config.ts';
import type { RunView } from '../protocol/run.ts';
import type { RunSignal } from '../protocol/signals.ts';
import { command, type Feature, type FeatureContext, requireRepository, succeeded } from './feature.ts';
import { commands } from './ids.ts';
import { follow } from './plan/planFeature.ts';
import type { Repository } from './supervisor.ts';

export const steeringFeature: Feature = (context) => [
  command(context, commands.pauseRun, async () => {
    const open = await openRun(context);
    if (open === undefined || !(await send(context, open.repository, { name: 'pause', payload: {} }))) return;
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('$(debug-pause) Ratchet pauses when what is under way has ended.'),
      5_000,
    );
  }),
  command(context, commands.continueRun, async () => {
    const open = await openRun(context);
    if (open === undefined || !(await send(context, open.repository, { name: 'continue', payload: {} }))) return;
    await follow(context, open.repository, open.view.runId);
  }),
  command(context, commands.commentRun, async (given) => {
    const open = await openRun(context);
    if (open === undefined) return;
    const text =
      typeof given === 'string' ? given : await ask(vscode.l10n.t('Ratchet: Tell the Policy'), promptOf(open.view));
    if (text === undefined || text.trim() === '') return;
    const isWaiting = open.view.waitingFor === 'review';
    if (!(await send(context, open.repository, { name: 'comment', payload: { text: text.trim() } }))) return;
    if (isWaiting) await follow(context, open.repository, open.view.runId);
    else
      vscode.window.setStatusBarMessage(vscode.l10n.t('$(comment) The policy reads it before its next answer.'), 5_000);
  }),
  command(context, commands.redoStep, async (given) => {
    const open = await openRun(context);
    if (open === undefined) return;
    const { view, repository } = open;
    if (view.waitingFor !== 'review') {
      const message = vscode.l10n.t(
        'A step can be redone while the proposal waits for you. Until then: Tell the Policy.',
      );
      await vscode.window.showInformationMessage(message);
      return;
    }
    const stepId = typeof given === 'string' ? given : await pickStep(view);
    if (stepId === undefined) return;
    const prompt = vscode.l10n.t('What should be different? This step and those after it are played again.');
    const instructions = await ask(vscode.l10n.t('Ratchet: Redo Step {0}', stepId), prompt);
    if (instructions === undefined || instructions.trim() === '') return;
    const payload = { stepId, instructions: instructions.trim() };
    if (await send(context, repository, { name: 'redoStep', payload })) await follow(context, repository, view.runId);
  }),
  command(context, commands.extendBudget, async () => {
    const repository = await requireRepository(context, false);
    const { view } = repository ?? {};
    if (repository === undefined || view === undefined || view.failure?.reason !== 'budgetExceeded') {
      await vscode.window.showInformationMessage(vscode.l10n.t('No run has stopped at its budget.'));
      return;
    }
    const budget = await pickBudget(view);
    if (budget === undefined || !(await succeeded(await repository.host.resume(view.runId, budget)))) return;
    await context.supervisor.select(repository, view.runId);
    await follow(context, repository, view.runId);
  }),
];

async function openRun(context: FeatureContext): Promise<{ repository: Repository; view: RunView } | undefined> {
  const repository = await requireRepository(context, false);
  if (repository === undefined) return undefined;
  const { view } = repository;
  if (view !== undefined && view.endedAt === null) return { repository, view };
  await vscode.window.showInformationMessage(vscode.l10n.t('No run is under way.'));
  return undefined;
}

async function send(context: FeatureContext, repository: Repository, signal: RunSignal): Promise<boolean> {
  return await succeeded(await context.supervisor.signal(repository, signal));
}

const ask = async (title: string, prompt: string): Promise<string | undefined> =>
  await vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true });

const promptOf = ({ waitingFor }: RunView): string =>
  waitingFor === 'review'
    ? vscode.l10n.t('What should be different in the whole change? The policy tries again, and you get a new proposal.')
    : vscode.l10n.t('The policy reads it before its next answer. The run goes on meanwhile.');

async function pickStep({ steps }: RunView): Promise<string | undefined> {
  const items = steps.map(({ id, title, status }) => ({ label: id, description: title, detail: status }));
  const title = vscode.l10n.t('Ratchet: Redo Step');
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.label;
}

async function pickBudget({ budget }: RunView): Promise<Budget | undefined> {
  const items = [1.5, 2, 4].map((factor) => ({
    label: vscode.l10n.t('{0} times the budget', factor),
    description: describeBudget(timesBudget(budget, factor)),
    budget: timesBudget(budget, factor),
  }));
  const title = vscode.l10n.t('Ratchet: Extend Budget');
  const placeHolder = vscode.l10n.t('Now: {0}', describeBudget(budget));
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.budget;
}

const describeBudget = ({ turns, tokens, usd, wallMinutes }: Budget): string =>
  vscode.l10n.t('{0} answers, {1} tokens, {2} dollars, {3} minutes', turns, tokens.toLocaleString(), usd, wallMinutes);
