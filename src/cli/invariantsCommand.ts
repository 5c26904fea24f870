// `ratchet invariants list`, `test` and `history`, and the commands of the baseline.
import type { Command } from 'commander';
import type { BaselineChange, Host } from '../host/api.ts';
import { mergeBaselineFiles } from '../host/mergeBaselineFiles.ts';
import { exitCodes } from '../protocol/cliDocuments.ts';
import { type Result, success } from '../protocol/result.ts';
import { sayHistory, sayRules, sayRuleTests } from './invariantsOutput.ts';
import { say, sayDocument } from './output.ts';
import { type CommonOptions, fail, untilInterrupted, withHost } from './session.ts';

type MakeCommand = (name: string, description: string) => Command;
type RuleOptions = CommonOptions & { readonly rule?: string; readonly limit?: string };

export function addInvariantsCommands(command: MakeCommand): void {
  const invariants = command('invariants', 'The rules of this repository: what they are, and whether they work.');
  const sub = (
    name: string,
    description: string,
    act: (host: Host, options: RuleOptions, signal: AbortSignal) => Promise<Result<number>>,
  ) =>
    invariants
      .command(name)
      .description(description)
      .option('--rule <id>', 'only this rule')
      .action(async (_options: unknown, self: Command) => await withSignal(self.optsWithGlobals<RuleOptions>(), act));

  sub('list', 'List the rules, and the clauses of contracts with what checks them.', async (host, options) => {
    const listed = await host.invariants.list();
    if (!listed.ok) return listed;
    const rules = listed.value.rules.filter(({ id }) => options.rule === undefined || id === options.rule);
    if (options.json === true) sayDocument({ ...listed.value, rules });
    else sayRules({ ...listed.value, rules });
    return success(exitCodes.passed);
  });
  sub('test', "Judge every rule's own examples. A rule without an example is named.", async (host, options, signal) => {
    const tested = await host.invariants.test(options.rule, signal);
    if (!tested.ok) return tested;
    if (options.json === true) sayDocument(tested.value);
    else sayRuleTests(tested.value);
    return success(tested.value.status === 'passed' ? exitCodes.passed : exitCodes.notPassed);
  });
  sub(
    'history',
    'Judge rules on every first-parent commit of HEAD: when they held, broke and were repaired.',
    async (host, options, signal) => {
      const limit = options.limit === undefined ? undefined : Math.max(1, Number.parseInt(options.limit, 10) || 1);
      const judged = await host.invariants.history({ rule: options.rule, limit }, signal);
      if (!judged.ok) return judged;
      if (options.json === true) sayDocument(judged.value);
      else sayHistory(judged.value);
      return success(exitCodes.passed);
    },
  ).option('--limit <number>', 'only the newest commits');

  addBaselineCommands(command);
}

function addBaselineCommands(command: MakeCommand): void {
  const baseline = command(
    'baseline',
    'The violations of invariants that are tolerated today; they may only become fewer.',
  );
  for (const [mode, description] of [
    ['create', 'Begin a baseline with the violations of today; refused where there is one.'],
    ['shrink', 'Drop the entries that no longer occur and follow those that moved; none is ever added.'],
  ] as const)
    baseline
      .command(mode)
      .description(description)
      .action(
        async (_options: unknown, self: Command) => await rewrite(self.optsWithGlobals<CommonOptions>(), { mode }),
      );
  baseline
    .command('allow')
    .description('Tolerate new violations of one rule, for a reason that stays in the file with your name.')
    .requiredOption('--rule <id>', 'the rule')
    .option('--path <path>', 'only in this file')
    .requiredOption('--reason <text>', 'why')
    .action(async (_options: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions & { rule: string; path?: string; reason: string }>();
      const { rule, path, reason } = options;
      await rewrite(options, { mode: 'allow', rule, path, reason });
    });
  baseline
    .command('merge')
    .description('The merge driver of git (%O %A %B): what only one side tolerates is not tolerated.')
    .argument('<base>', 'the ancestor')
    .argument('<ours>', 'our version; the result is written here')
    .argument('<theirs>', 'their version')
    .action(async (base: string, ours: string, theirs: string, _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>();
      const merged = await mergeBaselineFiles(base, ours, theirs);
      if (!merged.ok) return fail(merged.failure, options);
      if (options.json === true) sayDocument(merged.value);
    });
}

async function rewrite(options: CommonOptions, change: BaselineChange): Promise<void> {
  await withSignal(options, async (host, _options, signal) => {
    const rewritten = await host.rewriteBaseline(change, signal);
    if (!rewritten.ok) return rewritten;
    const { path, entries, removed } = rewritten.value;
    if (options.json === true) sayDocument(rewritten.value);
    else say(`${path}: ${entries} tolerated, ${removed} dropped.`);
    return success(exitCodes.passed);
  });
}

async function withSignal<T extends CommonOptions>(
  options: T,
  act: (host: Host, options: T, signal: AbortSignal) => Promise<Result<number>>,
): Promise<void> {
  await withHost(options, async (host) => await act(host, options, untilInterrupted()));
}
