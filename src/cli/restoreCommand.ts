// Restore points from a terminal: list them, take one, bring the working copy back to one, and undo that.
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Host } from '../host/api.ts';
import { exitCodes } from '../protocol/cliDocuments.ts';
import { type RestoreDocument, restoreDocumentSchema, restorePointsDocumentSchema } from '../protocol/restorePoint.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import { say, sayDocument } from './output.ts';
import { type CommonOptions, untilInterrupted, withHost } from './session.ts';

interface RestoreOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Paths that are named before a person is asked; the rest is counted. */
const maxNamed = 20;

export function addRestoreCommands(restore: Command): void {
  restore
    .command('list')
    .description('The restore points of this working copy, the newest first.')
    .action(async (_options: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>();
      await withHost(options, async (host) => await list(host, options));
    });
  restore
    .command('take')
    .description('Keep the working copy as it is now. Ignored files are not in it.')
    .argument('[label]', 'what it is', 'taken by hand')
    .action(async (label: string, _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>();
      await withHost(options, async (host) => {
        const taken = await host.takeRestorePoint(label, untilInterrupted());
        if (!taken.ok) return taken;
        if (options.json === true) sayDocument(taken.value);
        else say(`Restore point ${taken.value.id}. Come back with: ratchet restore to ${taken.value.id}`);
        return success(exitCodes.passed);
      });
    });
  restore
    .command('to')
    .description('Bring the working copy back to a point. HEAD, the index, stashes and ignored files are left alone.')
    .argument('<point>', "a point's id, the beginning of it, or latest")
    .option('--dry-run', 'say what it would do, and do nothing')
    .option('--yes', 'do it without asking')
    .action(async (point: string, _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<RestoreOptions>();
      await withHost(options, async (host) => await restoreTo(host, point, options));
    });
  restore
    .command('undo')
    .description('Undo the last restore.')
    .option('--dry-run', 'say what it would do, and do nothing')
    .option('--yes', 'do it without asking')
    .action(async (_options: unknown, self: Command) => {
      const options = self.optsWithGlobals<RestoreOptions>();
      await withHost(options, async (host) => {
        const last = (await host.restorePoints()).find(({ reason }) => reason === 'restore');
        if (last === undefined) return failure('noSuchPoint', 'There is no restore to undo.');
        return await restoreTo(host, last.id, options);
      });
    });
}

async function list(host: Host, { json }: CommonOptions): Promise<Result<number>> {
  const document = restorePointsDocumentSchema.parse({ points: await host.restorePoints() });
  if (json === true) sayDocument(document);
  else if (document.points.length === 0)
    say('There is no restore point yet. One is taken before hunks are accepted, or now with: ratchet restore take');
  else for (const { id, at, label } of document.points) say(`${id}  ${new Date(at).toLocaleString()}  ${label}`);
  return success(exitCodes.passed);
}

async function restoreTo(host: Host, point: string, options: RestoreOptions): Promise<Result<number>> {
  const signal = untilInterrupted();
  if (options.dryRun === true || options.yes !== true) {
    const preview = await host.restore(point, { dryRun: true, signal });
    if (!preview.ok) return preview;
    if (options.dryRun === true) return success(sayRestore(preview.value, options));
    if (!process.stdin.isTTY || options.json === true)
      return failure(
        'usage',
        'A restore overwrites files and there is nobody to ask: pass --yes, or --dry-run to see.',
      );
    sayRestore(preview.value, options);
    if (preview.value.written.length + preview.value.removed.length === 0) return success(exitCodes.passed);
    if (!(await isAgreed())) return failure('canceled', 'Nothing was changed.');
  }
  const restored = await host.restore(point, { dryRun: false, signal });
  return restored.ok ? success(sayRestore(restored.value, options)) : restored;
}

function sayRestore(document: RestoreDocument, { json }: CommonOptions): number {
  if (json === true) sayDocument(restoreDocumentSchema.parse(document));
  else {
    const { point, undo, written, removed, leftAlone, notCovered } = document;
    const name = (verb: string, paths: readonly string[]) => {
      for (const path of paths.slice(0, maxNamed)) say(`  ${verb}  ${path}`);
      if (paths.length > maxNamed) say(`  ... and ${paths.length - maxNamed} more`);
    };
    name('write ', written);
    name('remove', removed);
    name('keep  ', leftAlone);
    if (notCovered.length > 0) say(`Not covered, and left alone: ${notCovered.join(', ')}`);
    const amount = `${written.length} written, ${removed.length} removed`;
    if (written.length + removed.length === 0) say(`The working copy is as it was at ${point.id} (${point.label}).`);
    else if (undo === null) say(`To ${point.id} (${point.label}): ${amount}.`);
    else say(`Restored ${point.id} (${point.label}): ${amount}. Undo with: ratchet restore undo`);
  }
  return exitCodes.passed;
}

async function isAgreed(): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await lines.question('\nDo this? [y]es, [n]o: ')).trim());
  } finally {
    lines.close();
  }
}
