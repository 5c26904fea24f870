// What a person saw, as a choice: a test that failed when the gates looked last, a revision that worked, a command, or words.
import * as vscode from 'vscode';
import type { AskedSymptom } from '../../protocol/investigation.ts';
import { latestVerdicts } from '../inline/findings.ts';
import type { Repository } from '../supervisor.ts';
import { failingTests, symptomOfTest } from './symptoms.ts';

interface Choice extends vscode.QuickPickItem {
  readonly ask: () => Promise<AskedSymptom | undefined>;
}

export async function pickSymptom(repository: Repository, file: string): Promise<AskedSymptom | undefined> {
  const failing = failingTests(latestVerdicts(repository)?.verdicts ?? []);
  failing.sort((a, b) => Number(b.path === file) - Number(a.path === file));
  const items: Choice[] = [
    ...failing.map((test) => ({
      label: `$(error) ${test.name}`,
      description: test.path,
      detail: vscode.l10n.t('This test fails'),
      ask: async () => symptomOfTest(test),
    })),
    {
      label: vscode.l10n.t('$(question) Something is wrong here'),
      detail: vscode.l10n.t('The tests and the rules around {0} say what', file),
      ask: async () => ({ symptom: { kind: 'words', words: '' }, good: null }),
    },
    {
      label: vscode.l10n.t('$(history) It worked at...'),
      detail: vscode.l10n.t('A commit, a tag or a branch at which it worked'),
      ask: async () => await asked(vscode.l10n.t('At which revision did it work?'), 'HEAD~10', workedAt),
    },
    {
      label: vscode.l10n.t('$(watch) It is slower than at...'),
      detail: vscode.l10n.t(
        'By the time of a test, a command, a span, or the tests around {0}, compared in turns',
        file,
      ),
      ask: async () => await askSlower(file),
    },
    {
      label: vscode.l10n.t('$(law) A rule slipped'),
      detail: vscode.l10n.t('Since when, by whom and in which change the rules of {0} do not hold', file),
      ask: async () => ({ symptom: { kind: 'drift', rule: null }, good: null }),
    },
    {
      label: vscode.l10n.t('$(beaker) A test by its name...'),
      detail: vscode.l10n.t('A test that fails today'),
      ask: async () => await asked(vscode.l10n.t('What is the name of the failing test?'), '', named),
    },
    {
      label: vscode.l10n.t('$(terminal) A command that fails...'),
      detail: vscode.l10n.t('Exit code 0: it works; 125: it cannot be tested; any other: the symptom is there'),
      ask: async () => await asked(vscode.l10n.t('Which command fails?'), '', byCommand),
    },
  ];
  const title = vscode.l10n.t('Ratchet: Investigate {0}', file);
  const placeHolder = vscode.l10n.t('What did you see?');
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDetail: true });
  return await picked?.ask();
}

type Timed = Pick<Extract<AskedSymptom['symptom'], { kind: 'slowerThan' }>, 'command' | 'test' | 'span'>;

interface TimedChoice extends vscode.QuickPickItem {
  readonly ask: () => Promise<Timed | undefined>;
}

async function askSlower(file: string): Promise<AskedSymptom | undefined> {
  const revision = await asked(vscode.l10n.t('Than at which revision?'), 'HEAD~10', (text) => text);
  if (revision === undefined) return undefined;
  const items: TimedChoice[] = [
    {
      label: vscode.l10n.t('$(file-code) The tests around {0}', file),
      detail: vscode.l10n.t('All that has to do with the file'),
      ask: async () => ({ command: null, test: null }),
    },
    {
      label: vscode.l10n.t('$(beaker) A test by its name...'),
      detail: vscode.l10n.t('How long the runner says that it takes'),
      ask: async () => await asked(vscode.l10n.t('Which test takes longer?'), '', (test) => ({ command: null, test })),
    },
    {
      label: vscode.l10n.t('$(terminal) A command...'),
      detail: vscode.l10n.t('Such as a benchmark'),
      ask: async () =>
        await asked(vscode.l10n.t('Which command takes longer?'), '', (command) => ({ command, test: null })),
    },
    {
      label: vscode.l10n.t('$(pulse) A span by its name...'),
      detail: vscode.l10n.t('By the OpenTelemetry spans that a command, or the tests around the file, export'),
      ask: askSpan,
    },
  ];
  const title = vscode.l10n.t('Ratchet: Investigate {0}', file);
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('What takes longer?') });
  const timed = await picked?.ask();
  return timed === undefined ? undefined : { symptom: { kind: 'slowerThan', revision, ...timed }, good: null };
}

async function askSpan(): Promise<Timed | undefined> {
  const span = await asked(vscode.l10n.t('What is the name of the span?'), '', (name) => name);
  if (span === undefined) return undefined;
  const title = vscode.l10n.t('Ratchet: Investigate File');
  const prompt = vscode.l10n.t('Which command exports it? Left empty, the tests around the file are run.');
  const command = (await vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true }))?.trim();
  return command === undefined ? undefined : { command: command === '' ? null : command, test: null, span };
}

const workedAt = (revision: string): AskedSymptom => ({ symptom: { kind: 'workedAt', revision }, good: revision });
const named = (name: string): AskedSymptom => ({ symptom: { kind: 'test', file: null, name }, good: null });
const byCommand = (command: string): AskedSymptom => ({ symptom: { kind: 'command', command }, good: null });

async function asked<T>(prompt: string, value: string, made: (text: string) => T): Promise<T | undefined> {
  const title = vscode.l10n.t('Ratchet: Investigate File');
  const text = (await vscode.window.showInputBox({ title, prompt, value, ignoreFocusOut: true }))?.trim();
  return text === undefined || text === '' ? undefined : made(text);
}
