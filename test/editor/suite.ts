// Runs inside of the extension host, with the real `vscode`: what the editor's API tells of Ratchet. The same file is
// started by both launchers, a server in a browser and a desktop VS Code.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { RatchetApi } from '../../src/vscode/activate.ts';
import type { Repository } from '../../src/vscode/supervisor.ts';

const extensionId = 'ratchet.ratchet';

interface World {
  readonly root: string;
  readonly repository: Repository;
  readonly api: RatchetApi;
}

const cases: Record<string, (world: World) => Promise<void>> = {
  'every contributed command is there': async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    const manifest: { contributes: { commands: { command: string }[] } } =
      vscode.extensions.getExtension(extensionId)?.packageJSON;
    const missing = manifest.contributes.commands.filter(({ command }) => !known.has(command));
    assert.deepEqual(missing, []);
  },

  'Check Gates puts a violation into Problems, and takes it out again': async ({ root }) => {
    const path = join(root, 'src/domain/bad.ts');
    writeFileSync(path, "import { QuoteStore } from '../store/quoteStore.ts';\nexport const bad = QuoteStore;\n");
    void vscode.commands.executeCommand('ratchet.checkGates');
    const uri = vscode.Uri.file(path);
    const [found] = await until('a diagnostic', () => nonEmpty(ratchetDiagnostics(uri)));
    assert.equal(found?.source, 'ratchet (invariants)');
    assert.equal(found?.code, 'layers/domain');
    assert.equal(found?.range.start.line, 0);
    writeFileSync(path, 'export const good = 1;\n');
    void vscode.commands.executeCommand('ratchet.checkGates');
    await until('no diagnostic', () => ratchetDiagnostics(uri).length === 0);
    await vscode.workspace.fs.delete(uri);
  },

  'a finding can be explained and repaired where it is, and a changed function shows what the gates say': async (
    world,
  ) => {
    const { root, repository } = world;
    const path = join(root, 'src/domain/zones.ts');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, `import '../store/quoteStore.ts';\n${before}`);
    const uri = vscode.Uri.file(path);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    void vscode.commands.executeCommand('ratchet.checkGates');
    const [found] = await until('a diagnostic', () => nonEmpty(ratchetDiagnostics(uri)));
    assert.ok(found);
    const actions: vscode.CodeAction[] = await vscode.commands.executeCommand(
      'vscode.executeCodeActionProvider',
      uri,
      found.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const own = actions.filter(({ title }) => title.startsWith('Ratchet:'));
    assert.deepEqual(
      own.map(({ command }) => command?.command),
      ['ratchet.explainRule', 'ratchet.investigateFile', 'ratchet.planFeature'],
    );
    assert.match(String(own[2]?.command?.arguments?.[0]), /^Repair layers\/domain in src\/domain\/zones\.ts, line 1: /);
    const explained = await repository.host.explainRule('layers/domain');
    assert.ok(explained.ok);
    assert.equal(explained.value.path, '.ratchet/invariants/layers.yml');
    assert.ok((explained.value.line ?? 0) > 1);
    // The diagnostic is there as soon as the file is shown; what the gates say of the change comes with the check.
    const gateLens = await until('a lens', async () => {
      const lenses: vscode.CodeLens[] = await vscode.commands.executeCommand(
        'vscode.executeCodeLensProvider',
        uri,
        100,
      );
      return lenses.find(({ command }) => command?.command === 'workbench.actions.view.problems') ?? false;
    });
    assert.match(gateLens.command?.title ?? '', /1 finding: invariants/);
    writeFileSync(path, before);
    void vscode.commands.executeCommand('ratchet.checkGates');
    await until('no diagnostic', () => ratchetDiagnostics(uri).length === 0);
  },

  'unsaved text is judged as it is on the screen': async ({ root, repository }) => {
    const document = await vscode.workspace.openTextDocument(join(root, 'src/domain/zones.ts'));
    const editor = await vscode.window.showTextDocument(document);
    const text = "import '../store/quoteStore.ts';\n";
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text));
    assert.equal(document.isDirty, true);
    const checked = await repository.host.check({
      base: undefined,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    assert.ok(checked.ok);
    const verdict = checked.value.verdicts.find(({ gate }) => gate === 'invariants');
    assert.equal(verdict?.status, 'failed');
    assert.equal(verdict?.findings[0]?.path, 'src/domain/zones.ts');
    await vscode.commands.executeCommand('workbench.action.files.revert');
  },

  'a hunk goes into an unsaved file, beside what was typed, and can be undone': async (world) => {
    const { root, repository } = world;
    const runId = await proposal(world);
    const path = join(root, 'src/domain/rates.ts');
    const document = await vscode.workspace.openTextDocument(path);
    const editor = await vscode.window.showTextDocument(document);
    const end = document.lineAt(document.lineCount - 1).range.end;
    await editor.edit((edit) => edit.insert(end, '// typed meanwhile\n'));
    const typed = document.getText();
    await vscode.commands.executeCommand('ratchet.acceptFile', document.uri);
    await until('the hunks are in', () => document.getText().includes('bulkDiscount('));
    assert.ok(document.getText().includes('// typed meanwhile'));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), typed);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await repository.host.signal(runId, { name: 'cancel', payload: { reason: 'the test is over' } });
    await repository.host.settled(runId, 'ended');
  },

  'an edited plan is what is executed; a broken one is refused with its line': async (world) => {
    const { repository } = world;
    const runId = await planned(world);
    await vscode.commands.executeCommand('ratchet.editPlan');
    const document = await until(
      'the plan is open',
      () => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'ratchet-plan') ?? false,
    );
    const original = document.getText();
    const replace = async (text: string) => {
      const editor = await vscode.window.showTextDocument(document);
      const whole = new vscode.Range(0, 0, document.lineCount, 0);
      await editor.edit((edit) => edit.replace(whole, text));
    };
    await replace(original.replace('title: The discount in the domain', 'titel: The discount in the domain'));
    const problems = await until('a diagnostic', () => nonEmpty(vscode.languages.getDiagnostics(document.uri)));
    assert.match(problems[0]?.source ?? '', /ratchet/);
    void vscode.commands.executeCommand('ratchet.approvePlan');
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(repository.view?.waitingFor, 'planApproval');
    await replace(original.replace('goal: Cheaper parcels', 'goal: Much cheaper parcels'));
    void vscode.commands.executeCommand('ratchet.approvePlan');
    await until('it is executed', () => repository.view?.phase === 'execution');
    assert.match(repository.view?.plan?.goal ?? '', /^Much cheaper parcels/);
    await repository.host.signal(runId, { name: 'cancel', payload: { reason: 'the test is over' } });
    const view = await repository.host.settled(runId, 'ended');
    assert.equal(view.status, 'stopped');
  },

  'a reply to a hunk goes back to the policy, and gives a new proposal': async (world) => {
    const { repository } = world;
    const runId = await proposal(world);
    const before = repository.view?.judgements.length ?? 0;
    const [hunkId] = Object.keys(repository.view?.hunks ?? {});
    assert.ok(hunkId !== undefined);
    const sent = await repository.host.signal(runId, {
      name: 'replyToHunk',
      payload: { hunkId, comment: 'Say it shorter.' },
    });
    assert.ok(sent.ok);
    await until('it is judged anew', () => (repository.view?.judgements.length ?? 0) > before);
    const view = await repository.host.settled(runId, 'waiting');
    assert.equal(view.waitingFor, 'review');
    await repository.host.signal(runId, { name: 'cancel', payload: { reason: 'the test is over' } });
    await repository.host.settled(runId, 'ended');
  },
};

/** Called by the launcher; rejects when a case fails. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<RatchetApi>(extensionId);
  assert.ok(extension !== undefined, 'the extension is installed');
  const api = await extension.activate();
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder !== undefined, 'a folder is open');
  const world: World = { root: folder.uri.fsPath, repository: await api.repository(folder), api };
  mkdirSync(dirname(join(world.root, 'src/domain/bad.ts')), { recursive: true });
  const failed: string[] = [];
  for (const [name, test] of Object.entries(cases)) {
    try {
      await test(world);
      console.log(`ok - ${name}`);
    } catch (error) {
      failed.push(name);
      console.error(`not ok - ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  console.log(`${Object.keys(cases).length - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) throw new Error(`Failed in the editor: ${failed.join('; ')}`);
}

async function planned({ repository, api }: World): Promise<string> {
  const started = await repository.host.startPlan('Add a bulk discount');
  assert.ok(started.ok);
  const { runId } = started.value;
  await api.select(repository, runId);
  await vscode.commands.executeCommand('ratchet.showPanel');
  await until('the plan waits', () => repository.view?.waitingFor === 'planApproval');
  return runId;
}

async function proposal(world: World): Promise<string> {
  const { repository } = world;
  const runId = await planned(world);
  const sent = await repository.host.signal(runId, { name: 'approvePlan', payload: { plan: null } });
  assert.ok(sent.ok);
  await until('the proposal waits', () => repository.view?.waitingFor === 'review');
  return runId;
}

const ratchetDiagnostics = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source?.startsWith('ratchet') === true);

const nonEmpty = <T>(list: T[]): T[] | false => (list.length > 0 ? list : false);

async function until<T>(what: string, check: () => T | false | Promise<T | false>): Promise<T> {
  for (const deadline = Date.now() + 180_000; Date.now() < deadline; ) {
    const value = await check();
    if (value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`It did not happen in three minutes: ${what}`);
}
