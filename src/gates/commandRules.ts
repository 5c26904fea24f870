// Rules of the kind command: the project's own tools as judges. A command runs only when the base's configuration lists it, in
// a worktree, with limits; one that cannot be run, or whose report cannot be read, proves nothing.
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { scrubbedEnvironment } from '../gym/environmentVariables.ts';
import { confine } from '../gym/paths.ts';
import type { ProcessResult } from '../gym/process.ts';
import { runContained, whyStopped, withScratch } from '../gym/sandbox/runContained.ts';
import { readJunit } from '../gym/testRunner/junitXml.ts';
import { readReport } from '../gym/testRunner/reportFiles.ts';
import type { Problem, Violation } from '../invariants/messages.ts';
import type { RatchetConfig } from '../protocol/config.ts';
import type { CommandRule } from '../protocol/treeRules.ts';

interface Ran {
  readonly violations: Violation[];
  readonly problems: Problem[];
}

/** Where and how commands run; `config` is the base's. */
export interface CommandPlace {
  readonly cwd: string;
  readonly config: Pick<RatchetConfig, 'invariants' | 'sandbox'>;
  /** Folders that links in the worktree lead to. */
  readonly visible: readonly string[];
}

export async function runCommandRule(
  rule: CommandRule,
  { cwd, config, visible }: CommandPlace,
  signal: AbortSignal,
): Promise<Ran> {
  const unproven = (message: string): Ran => ({ violations: [], problems: [{ rule: rule.id, path: null, message }] });
  if (!config.invariants.commands.includes(rule.command))
    return unproven(
      `\`${rule.command}\` is not listed under invariants.commands in .ratchet/config.yml of the base, so it was not run.`,
    );
  const { timeoutSeconds, memoryMegabytes, command: line } = rule;
  const { sandbox } = config;
  const run = await withScratch((scratch) =>
    runContained({
      ...{ line, cwd, sandbox, scratch, visible, memoryMegabytes, signal },
      env: scrubbedEnvironment(),
      timeoutMs: timeoutSeconds * 1000,
    }),
  );
  if (!run.ok) return unproven(run.failure.message);
  const { ran } = run.value;
  signal.throwIfAborted();
  const stopped = whyStopped(ran, `The processes of \`${line}\``, { timeoutSeconds, memoryMegabytes, sandbox });
  const broken = stopped ?? whyNotRun(rule, ran);
  if (broken !== undefined) return unproven(broken);
  if (rule.result === 'exit')
    return {
      violations: ran.exitCode === 0 ? [] : [violation(rule, '', `exit code ${ran.exitCode}`, rule.message, tail(ran))],
      problems: [],
    };
  const report = rule.report === undefined ? ran.stdout : await reportOf(cwd, rule.report);
  if (report === undefined) return unproven(`\`${rule.command}\` wrote no ${rule.report}. ${tail(ran)}`);
  if (rule.report === undefined && ran.outputTruncated)
    return unproven(`\`${rule.command}\` printed more than can be kept.`);
  const violations = rule.result === 'sarif' ? sarifViolations(rule, report, cwd) : junitViolations(rule, report);
  if (typeof violations === 'string') return unproven(`\`${rule.command}\`: ${violations}`);
  if (violations.length === 0 && ran.exitCode !== 0)
    return unproven(`\`${rule.command}\` ended with exit code ${ran.exitCode} and reported nothing. ${tail(ran)}`);
  return { violations, problems: [] };
}

function whyNotRun({ command }: CommandRule, ran: ProcessResult): string | undefined {
  // A shell reports the death of what it ran as 128 and the number of the signal.
  if (ran.exitCode !== null && ran.exitCode > 128 && ran.exitCode < 160) return `\`${command}\` was killed.`;
  if (ran.exitCode === null) return `\`${command}\` was killed by ${ran.signal ?? 'a signal'}.`;
  // What a shell says when there is no such command, or none that can be run.
  return ran.exitCode === 126 || ran.exitCode === 127 ? `\`${command}\` cannot be run: ${tail(ran)}` : undefined;
}

const tail = ({ stdout, stderr }: ProcessResult): string => `${stdout}${stderr}`.trim().slice(-400);

/** The report of this run; never a file outside the worktree. */
async function reportOf(cwd: string, report: string): Promise<string | undefined> {
  const confined = await confine(cwd, report, 'read');
  return confined.ok ? await readReport(confined.value.absolute) : undefined;
}

function violation(
  rule: CommandRule,
  path: string,
  text: string,
  message: string,
  evidence = text,
  line = 1,
): Violation {
  const range = { startLine: line, startColumn: 1, endLine: line, endColumn: 1 };
  return {
    rule: rule.id,
    path,
    range,
    message: evidence === text || evidence === '' ? message : `${message} ${evidence}`,
    text,
    symbol: '-',
  };
}

const sarifSchema = z.object({
  runs: z.array(
    z.object({
      results: z
        .array(
          z.object({
            ruleId: z.string().optional(),
            level: z.enum(['none', 'note', 'warning', 'error']).default('warning'),
            message: z.object({ text: z.string().default('') }),
            suppressions: z.array(z.unknown()).default([]),
            locations: z
              .array(
                z.object({
                  physicalLocation: z
                    .object({
                      artifactLocation: z.object({ uri: z.string().default('') }).optional(),
                      region: z.object({ startLine: z.number().int().positive().default(1) }).optional(),
                    })
                    .optional(),
                }),
              )
              .default([]),
          }),
        )
        .default([]),
    }),
  ),
});

function sarifViolations(rule: CommandRule, report: string, cwd: string): Violation[] | string {
  let data: unknown;
  try {
    data = JSON.parse(report);
  } catch (error) {
    return `the report is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  const parsed = sarifSchema.safeParse(data);
  if (!parsed.success) return `the report is not SARIF: ${parsed.error.issues[0]?.message ?? ''}`;
  if (parsed.data.runs.length === 0) return 'the report has no run.';
  return parsed.data.runs
    .flatMap(({ results }) => results)
    .filter(({ level, suppressions }) => (level === 'error' || level === 'warning') && suppressions.length === 0)
    .map(({ ruleId = '', message, locations: [first] }) => {
      const place = first?.physicalLocation;
      const path = pathOf(place?.artifactLocation?.uri ?? '', cwd);
      return violation(
        rule,
        path,
        `${ruleId} ${message.text}`,
        `${message.text} ${rule.message}`,
        undefined,
        place?.region?.startLine,
      );
    });
}

function pathOf(uri: string, cwd: string): string {
  const path = uri.startsWith('file:') ? fileURLToPath(uri) : decodeURI(uri);
  return relative(cwd, resolve(cwd, path)).replaceAll('\\', '/');
}

function junitViolations(rule: CommandRule, report: string): Violation[] | string {
  const read = readJunit(report);
  if (read === undefined) return 'the report is not JUnit XML.';
  if (read.cases.length === 0) return 'the report has no test.';
  return read.cases
    .filter(({ status }) => status === 'failed')
    .map(({ name, file }) => violation(rule, file ?? '', name, `${name} failed. ${rule.message}`));
}
