// `ratchet investigate`: from a symptom to a cause, and the report of it.
import type { Command } from 'commander';
import type { Host } from '../host/api.ts';
import {
  exitCodes,
  type InvestigationDocument,
  investigationDocumentSchema,
  type PlanDocument,
} from '../protocol/cliDocuments.ts';
import type { Symptom } from '../protocol/investigation.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { RunView } from '../protocol/run.ts';
import { note, say, sayDocument, sayPlanDocument } from './output.ts';
import { type PlanOptions, exitCodeOf as planExitCode, reachDocument } from './planCommand.ts';
import { type CommonOptions, exitCodeOf, repositoryPath, withHost } from './session.ts';
import { endRun } from './watchRun.ts';

interface InvestigateOptions extends CommonOptions {
  readonly test?: string;
  readonly command?: string;
  readonly good?: string;
  readonly slowerThan?: string;
  readonly span?: string;
  readonly words?: string;
  readonly drift?: string | true;
  readonly report?: boolean;
  readonly writeTest?: boolean;
  readonly yes?: boolean;
  readonly apply?: boolean;
}

export function addInvestigateCommand(investigate: Command): void {
  investigate
    .argument('<file>', 'the file that is looked at: the code, or its test')
    .option('--test <name>', 'the failing test, by its name or id')
    .option('--command <command>', 'a command that fails when the symptom is there (125: cannot be tested)')
    .option('--good <revision>', 'a revision at which it worked; without it, one is looked for')
    .option(
      '--slower-than <revision>',
      'it is slower than there, by the time of --command, --test or the tests around the file',
    )
    .option('--span <name>', 'with --slower-than: by the OpenTelemetry spans of this name that it exports')
    .option('--words <text>', 'what is wrong, in words; the tests and rules around the file are asked')
    .option('--drift [rule]', 'which rules of the file slipped, since which commit and by whom')
    .option('--report', 'write the report into .ratchet/reports/')
    .option('--write-test', 'then let the policy write a test that fails with the cause and passes without it')
    .option('--yes', 'with --write-test: approve its plan without asking')
    .option('--apply', 'with --write-test: accept every hunk of it')
    .action(async (file: string, options: InvestigateOptions) => {
      await withHost(options, async (host) => {
        const symptom = symptomOf(options);
        if (!symptom.ok) return symptom;
        const path = repositoryPath(host.root, file);
        if (!path.ok) return path;
        const asked = { file: path.value, symptom: symptom.value, good: options.good ?? null };
        const started = await host.startInvestigation({ ...asked, writesReport: options.report === true });
        return started.ok ? await followInvestigation(host, started.value.runId, options) : started;
      });
    });
}

export async function followInvestigation(
  host: Host,
  runId: string,
  options: PlanOptions & { readonly writeTest?: boolean },
): Promise<Result<number>> {
  const begun = await host.view(runId);
  const policy = begun.ok ? begun.value.policy : 'none';
  note(`Run ${runId}, ${policy === 'none' ? 'no model' : `hypotheses by ${policy}`}.`);
  const view = await endRun(host, runId);
  const document = investigationDocumentSchema.parse(documentOf(view));
  if (options.json !== true) say(document.report ?? document.failure?.message ?? `The run ended: ${view.status}.`);
  if (document.failure !== null && document.report !== null) note(document.failure.message);
  const isFound = document.outcome?.outcome === 'cause' || document.outcome?.outcome === 'candidates';
  const code =
    document.failure !== null ? exitCodeOf(document.failure) : isFound ? exitCodes.passed : exitCodes.notPassed;
  if (options.writeTest === true && document.failure === null) return await writeTest(host, document, options);
  if (options.json === true) sayDocument(document);
  return success(code);
}

async function writeTest(host: Host, document: InvestigationDocument, options: PlanOptions): Promise<Result<number>> {
  const written = await regressionTestOf(host, document.runId, options);
  const regressionTest = written.ok ? written.value : null;
  if (options.json === true) sayDocument({ ...document, regressionTest });
  else if (regressionTest !== null) sayPlanDocument(regressionTest);
  if (regressionTest !== null) return success(planExitCode(regressionTest));
  // The document is said already, and there is one only.
  if (!written.ok) note(`ratchet: ${written.failure.message}`);
  return success(written.ok ? exitCodes.passed : exitCodeOf(written.failure));
}

async function regressionTestOf(host: Host, runId: string, options: PlanOptions): Promise<Result<PlanDocument>> {
  const started = await host.startRegressionTest(runId);
  return started.ok ? await reachDocument(host, started.value.runId, options) : started;
}

export const documentOf = ({ runId, investigation, failure: failed }: RunView): InvestigationDocument => ({
  runId,
  outcome: investigation?.outcome ?? null,
  probes: investigation?.probes ?? [],
  report: investigation?.report ?? null,
  regressionTest: null,
  failure: failed,
});

function symptomOf(options: InvestigateOptions): Result<Symptom> {
  const { test, command, good, words, slowerThan, drift, span } = options;
  if (span !== undefined && slowerThan === undefined)
    return failure('usage', 'Give --span with --slower-than: it says what is timed.');
  if (drift !== undefined) {
    if ([test, command, good, words, slowerThan].some((value) => value !== undefined))
      return failure('usage', 'Give --drift alone: the history says what there is to know.');
    return success({ kind: 'drift', rule: drift === true ? null : drift });
  }
  const given = [test, command, words].filter((value) => value !== undefined);
  if (given.length > 1) return failure('usage', 'Give one of --test, --command and --words.');
  if (slowerThan !== undefined) {
    if (words !== undefined || good !== undefined)
      return failure('usage', 'With --slower-than, give --test or --command or neither, and no --good.');
    const timed = span === undefined ? {} : { span };
    const asked = { revision: slowerThan, command: command ?? null, test: test ?? null };
    return success({ kind: 'slowerThan', ...asked, ...timed });
  }
  if (test !== undefined) return success({ kind: 'test', file: null, name: test });
  if (command !== undefined) return success({ kind: 'command', command });
  if (words === undefined && good !== undefined) return success({ kind: 'workedAt', revision: good });
  return success({ kind: 'words', words: words ?? '' });
}
