// The headless host: the same runs, gates and journals as the editor, from a terminal or from CI.
import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { acceptancesPath } from '../protocol/acceptance.ts';
import { timesBudget } from '../protocol/budget.ts';
import {
  type CheckDocument,
  checkDocumentSchema,
  exitCodes,
  modelsDocumentSchema,
  perspectivesDocumentSchema,
  replayDocumentSchema,
  runsDocumentSchema,
  showDocumentSchema,
} from '../protocol/cliDocuments.ts';
import { success } from '../protocol/result.ts';
import { type CheckFormat, checkFormats, githubOf, junitOf, sarifOf } from './checkFormats.ts';
import { type GymOptions, serveGym, untilAborted, withGym } from './gymServe.ts';
import { addInvariantsCommands } from './invariantsCommand.ts';
import { addInvestigateCommand, followInvestigation } from './investigateCommand.ts';
import { note, noteContainment, say, sayCheck, sayDocument, sayPerspectives, sayRun, sayRuns } from './output.ts';
import { followRun, type PlanOptions } from './planCommand.ts';
import { useProxyOfEnvironment } from './proxy.ts';
import { addRestoreCommands } from './restoreCommand.ts';
import { type CommonOptions, findRun, untilInterrupted, withHost } from './session.ts';

const version = '0.1.0';

const program = new Command('ratchet')
  .description(
    'Supervises Claude: plans a feature, plays it in a local gym, judges it by gates, and leaves the decision to you.',
  )
  .version(version)
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .addHelpText(
    'after',
    `
Examples:
  ratchet check                          judge the working copy against HEAD
  ratchet check --base main --json       the same against a branch, for CI
  ratchet plan "add a --dry-run option"  plan, approve in the terminal, get a proposal
  ratchet plan "..." --yes --json        without a terminal; prints one JSON document
  ratchet apply latest                   accept every hunk of the latest proposal
  ratchet investigate src/a.ts           what is wrong with it, and since which commit
  ratchet baseline create                tolerate today's violations, and none of tomorrow's
  ratchet restore to latest              undo what was last accepted, byte for byte
  ratchet invariants test                judge the rules' own examples
  ratchet invariants history             when rules held, broke and were repaired
  ratchet gym serve                      drive an episode from any language, by JSON-RPC
  ratchet mcp                            the same as tools of an MCP client
  ratchet runs; ratchet show latest; ratchet replay latest

Exit codes:
  0  passed      1  a gate failed or proved nothing      2  usage or configuration
  3  stopped: budget, cancel, or the policy is unavailable      4  internal error

Environment:
  ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL  for the claude policy
  NO_COLOR                               plain output`,
  );

function factorOf(text: string): number {
  const factor = Number(text);
  if (Number.isFinite(factor) && factor > 0) return factor;
  throw new InvalidArgumentError('It must be a number above 0.');
}

const batchOption = ['--batch', 'ask Claude in batches, at half the price; an answer takes minutes to hours'] as const;

function command(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--repo <dir>', 'the repository', '.')
    .option('--policy <policy>', 'claude, claudeCode, scripted:FILE or recorded:RUN (default: .ratchet/config.yml)')
    .option('--model <id>', 'the model of the claude or claudeCode policy')
    .option('--base-url <url>', 'where the Messages API is (default: ANTHROPIC_BASE_URL)')
    .option('--json', 'print one JSON document on stdout; logs go to stderr');
}

command('plan', 'Plan a feature, play it in the gym, judge it, and propose it.')
  .argument('<feature>', 'the feature in words')
  .option('--yes', 'approve the plan without asking; hunks are not accepted by this')
  .option('--apply', 'accept every hunk of the proposal')
  .option(...batchOption)
  .action(async (feature: string, options: CommonOptions & PlanOptions) => {
    await withHost(options, async (host) => {
      const started = await host.startPlan(feature);
      return started.ok ? await followRun(host, started.value.runId, options) : started;
    });
  });

command('resume', 'Continue a run that was interrupted or stopped. Nothing that was finished is done again.')
  .argument('<run>', "a run's id, the beginning of it, or latest")
  .option('--yes', 'approve the plan without asking')
  .option('--apply', 'accept every hunk of the proposal')
  .option(...batchOption)
  .option('--budget <factor>', 'let the whole run use this many times its budget, for instance 2', factorOf)
  .action(async (run: string, options: CommonOptions & PlanOptions & { budget?: number }) => {
    await withHost(options, async (host) => {
      const found = await findRun(host, run);
      if (!found.ok) return found;
      const before = await host.view(found.value);
      const had = before.ok ? before.value.budget : undefined;
      const budget = options.budget === undefined || had === undefined ? undefined : timesBudget(had, options.budget);
      const resumed = await host.resume(found.value, budget);
      if (!resumed.ok) return resumed;
      const view = await host.view(found.value);
      if (view.ok && view.value.investigation !== null) return await followInvestigation(host, found.value, options);
      return await followRun(host, found.value, options);
    });
  });

command('apply', 'Accept hunks of a proposal: all that are open, or those that are named.')
  .argument('<run>', "a run's id, the beginning of it, or latest")
  .option('--hunk <id...>', 'only these hunks; the others are rejected')
  .action(async (run: string, options: CommonOptions & { hunk?: string[] }) => {
    await withHost(options, async (host) => {
      const found = await findRun(host, run);
      if (!found.ok) return found;
      const resumed = await host.resume(found.value);
      if (!resumed.ok) return resumed;
      const { hunk } = options;
      if (hunk !== undefined) {
        const view = await host.settled(found.value, 'waiting');
        const open = Object.entries(view.hunks).flatMap(([id, state]) => (state === 'pending' ? [id] : []));
        const accept = open.filter((id) => hunk.some((given) => id.startsWith(given)));
        const reject = open.filter((id) => !accept.includes(id));
        const sent = await host.signal(found.value, { name: 'decideHunks', payload: { accept, reject } });
        if (!sent.ok) return sent;
      }
      return await followRun(host, found.value, { ...options, apply: true });
    });
  });

addInvestigateCommand(
  command('investigate', 'Find the cause of a symptom: the commit and the lines, by running. No model is asked.'),
);

command('check', 'Judge the working copy by every gate.')
  .option('--base <revision>', 'what it is compared with', 'HEAD')
  .addOption(new Option('--format <format>', 'how it is written').choices(checkFormats).default('text'))
  .action(async (options: CommonOptions & { base: string; format: CheckFormat }) => {
    await withHost(options, async (host) => {
      const signal = untilInterrupted();
      await noteContainment(host);
      const checked = await host.check({ base: options.base, signal, onProgress: note });
      if (!checked.ok) return checked;
      const document = checkDocumentSchema.parse(checked.value);
      writeCheck(document, options.json === true ? 'json' : options.format);
      return success(document.status === 'passed' ? exitCodes.passed : exitCodes.notPassed);
    });
  });

function writeCheck(document: CheckDocument, format: CheckFormat): void {
  if (format === 'text') sayCheck(document);
  else if (format === 'json') sayDocument(document);
  else if (format === 'github') say(githubOf(document));
  else process.stdout.write(`${format === 'sarif' ? sarifOf(document, version) : junitOf(document)}\n`);
}

command('accept', 'Accept what the integrity gate found, with a reason. It stays visible.')
  .argument('<fingerprint>', 'of the finding, as `ratchet check` shows it')
  .requiredOption('--reason <text>', 'why this is right')
  .option('--base <revision>', 'what the working copy is compared with', 'HEAD')
  .action(async (fingerprint: string, options: CommonOptions & { reason: string; base: string }) => {
    await withHost(options, async (host) => {
      const asked = { base: options.base, signal: untilInterrupted(), onProgress: note };
      const accepted = await host.acceptFinding(fingerprint, options.reason, asked);
      if (!accepted.ok) return accepted;
      if (options.json === true) sayDocument(accepted.value);
      else
        say(
          `Accepted: ${accepted.value.message}\nIt is written down in ${acceptancesPath}; commit it with the change.`,
        );
      return success(exitCodes.passed);
    });
  });

addInvariantsCommands(command);

addRestoreCommands(command('restore', 'The working copy at earlier moments, byte for byte, and the way back to them.'));

command('perspectives', 'Who looks at a feature before it is planned, and what their claims were worth.').action(
  async (options: CommonOptions) => {
    await withHost(options, async (host) => {
      const known = await host.perspectives();
      if (!known.ok) return known;
      if (options.json === true) sayDocument(perspectivesDocumentSchema.parse({ perspectives: known.value }));
      else sayPerspectives(known.value);
      return success(exitCodes.passed);
    });
  },
);

const runs = command('runs', 'List the runs of this repository.').action(async (options: CommonOptions) => {
  await withHost(options, async (host) => {
    const document = runsDocumentSchema.parse({ runs: await host.runs() });
    if (options.json === true) sayDocument(document);
    else sayRuns(document.runs);
    return success(exitCodes.passed);
  });
});

runs
  .command('prune')
  .description('Delete ended runs, but for the newest.')
  .option('--keep <number>', 'how many ended runs stay', '20')
  .action(async (_options: unknown, self: Command) => {
    const options = self.optsWithGlobals<CommonOptions & { keep: string }>();
    await withHost(options, async (host) => {
      const pruned = await host.prune(Math.max(0, Number.parseInt(options.keep, 10) || 0));
      if (!pruned.ok) return pruned;
      if (options.json === true) sayDocument(pruned.value);
      else say(`Removed ${pruned.value.removed.length} runs.`);
      return success(exitCodes.passed);
    });
  });

runs
  .command('export')
  .description('Write a run as one file, without secrets and folders of this machine, to replay it elsewhere.')
  .argument('<run>', "a run's id, the beginning of it, or latest")
  .option('--output <file>', 'where to write it; standard output by default')
  .action(async (run: string, _options: unknown, self: Command) => {
    const options = self.optsWithGlobals<CommonOptions & { output?: string }>();
    await withHost(options, async (host) => {
      const found = await findRun(host, run);
      if (!found.ok) return found;
      const exported = await host.exportRun(found.value);
      if (!exported.ok) return exported;
      const { text, replays } = exported.value;
      if (!replays) note('What was taken out changes what the run does: it can be read, and does not replay as it is.');
      if (options.output === undefined) process.stdout.write(text);
      else writeFileSync(options.output, text);
      return success(exitCodes.passed);
    });
  });

command('show', 'Show a run: what it did, what the gates said, what was decided.')
  .argument('<run>', "a run's id, the beginning of it, or latest")
  .action(async (run: string, options: CommonOptions) => {
    await withHost(options, async (host) => {
      const found = await findRun(host, run);
      if (!found.ok) return found;
      const view = await host.view(found.value);
      if (!view.ok) return view;
      if (options.json === true)
        sayDocument(showDocumentSchema.parse({ run: view.value, spans: await host.spans(found.value) }));
      else sayRun(view.value);
      return success(exitCodes.passed);
    });
  });

command('replay', 'Run a workflow again on its journal, without any effect, and compare.')
  .argument('<run>', "a run's id, the beginning of it, latest, or a file that was exported")
  .action(async (run: string, options: CommonOptions) => {
    await withHost(options, async (host) => {
      const found = existsSync(run) ? success(resolve(run)) : await findRun(host, run);
      if (!found.ok) return found;
      const replayed = await host.replay(found.value);
      if (!replayed.ok) return replayed;
      const document = replayDocumentSchema.parse(replayed.value);
      if (options.json === true) sayDocument(document);
      else
        say(
          document.identical
            ? `Identical: ${document.entries} entries, ${document.activities} activities.`
            : `Different: ${document.difference ?? ''}`,
        );
      return success(document.identical ? exitCodes.passed : exitCodes.notPassed);
    });
  });

command('models', 'List the models that the key of the claude policy may ask.').action(
  async (options: CommonOptions) => {
    await withHost(options, async (host) => {
      const models = await host.models(untilInterrupted());
      if (!models.ok) return models;
      const document = modelsDocumentSchema.parse({ models: models.value, chosen: host.policyName });
      if (options.json === true) sayDocument(document);
      else for (const { id, name } of document.models) say(`${id}  ${name}`);
      return success(exitCodes.passed);
    });
  },
);

command('gym', "The gym's door, for a policy of your own.")
  .command('serve')
  .description('Serve reset, step and close as JSON-RPC 2.0 over standard input and output, one message a line.')
  .option('--max-steps <number>', 'steps after which an episode is truncated', '200')
  .action(async (_options: unknown, self: Command) => {
    await withGym(self.optsWithGlobals<GymOptions>(), async (door, { signal }) => {
      const write = (line: string) => process.stdout.write(`${line}\n`);
      await serveGym(door, untilAborted(process.stdin, signal), write);
    });
  });

command('mcp', "Serve the gym's actions as tools of the Model Context Protocol, over standard input and output.")
  .option('--max-steps <number>', 'steps after which an episode is truncated', '200')
  .action(async (options: GymOptions) => {
    await withGym(options, async (door, abort) => {
      const { serveMcp } = await import('./mcpServe.ts');
      await serveMcp(door, version, abort);
    });
  });

// A reader that has seen enough, such as `head`, closes the pipe; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : exitCodes.internal),
);

useProxyOfEnvironment();
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  else {
    note(`ratchet: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exitCode = exitCodes.internal;
  }
}
