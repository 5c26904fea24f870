// What a person waits for between a key and the squiggle: Ratchet, which parses the text and asks rules, and an extension that
// does no more than search the text and hand a diagnostic to the editor with the event of the change. What that one takes is the
// editor's own way: nobody can be faster.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chanceRule } from '../e2e/chanceRule.ts';
import { keyToSquiggle } from '../e2e/keyToSquiggle.ts';
import { newSample, Workbench } from '../e2e/workbench.ts';
import { writeExtension } from '../e2e/writeExtension.ts';

/** No rule speaks of the second file, and the bare extension of no other. */
const files = { ours: 'src/domain/luck.ts', bare: 'src/bare.ts' };
const line = 'export const luck = Math.random();\n';

const manifest = {
  name: 'bare',
  activationEvents: ['onStartupFinished'],
};

const main = `
const vscode = require('vscode');
exports.activate = (context) => {
  const diagnostics = vscode.languages.createDiagnosticCollection('bare');
  const judge = (document) => {
    if (!document.uri.path.endsWith('/bare.ts')) return;
    const at = document.getText().search(/^export.*Math\\.random/m);
    const range = at < 0 ? undefined : document.lineAt(document.positionAt(at)).range;
    diagnostics.set(document.uri, range === undefined ? [] : [new vscode.Diagnostic(range, 'Chance.')]);
  };
  vscode.workspace.textDocuments.forEach(judge);
  context.subscriptions.push(
    diagnostics,
    vscode.workspace.onDidOpenTextDocument(judge),
    vscode.workspace.onDidChangeTextDocument(({ document }) => judge(document)),
  );
};
`;

/** In turns of some rounds each, so that the noise of the machine hits both. Sorted milliseconds. */
export async function measureTyping(rounds: number, turns: number): Promise<Record<keyof typeof files, number[]>> {
  const bare = writeExtension(manifest, main);
  const sample = newSample();
  try {
    writeFileSync(join(sample.folder, '.ratchet', 'invariants', 'chance.yml'), chanceRule);
    for (const path of Object.values(files)) writeFileSync(join(sample.folder, path), line);
    sample.git('add', '-A');
    sample.git('commit', '-q', '-m', 'Luck');
    const settings = { 'files.autoSave': 'off' };
    const workbench = await Workbench.open({ folder: sample.folder, beside: bare.folder, settings });
    const measured: Record<keyof typeof files, number[]> = { ours: [], bare: [] };
    try {
      await workbench.statusSays('Ratchet');
      for (let turn = 0; turn < turns; turn += 1)
        for (const [who, path] of Object.entries(files) as [keyof typeof files, string][]) {
          await workbench.openFile(path);
          await workbench.page.keyboard.press('Control+Home');
          await workbench.page.locator('.monaco-editor .squiggly-error').first().waitFor();
          measured[who].push(...(await keyToSquiggle(workbench, rounds)));
        }
    } finally {
      await workbench.close();
    }
    for (const times of Object.values(measured)) times.sort((a, b) => a - b);
    return measured;
  } finally {
    sample.remove();
    bare.remove();
  }
}
