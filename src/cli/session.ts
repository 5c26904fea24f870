// One invocation: options, a host for the repository, and the way from failures to exit codes.
import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Host } from '../host/api.ts';
import { createHost } from '../host/createHost.ts';
import { isCassettePath } from '../protocol/cassettePath.ts';
import { exitCodes } from '../protocol/cliDocuments.ts';
import type { PolicyChoice } from '../protocol/config.ts';
import type { Failure } from '../protocol/failure.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import { note, sayDocument } from './output.ts';
import { fileWorkspace } from './workspace.ts';

export interface CommonOptions {
  readonly repo: string;
  readonly policy?: string;
  readonly model?: string;
  readonly batch?: boolean;
  readonly baseUrl?: string;
  readonly json?: boolean;
}

const codeOf: Readonly<Record<string, number>> = {
  configuration: exitCodes.usage,
  notARepository: exitCodes.usage,
  gitMissing: exitCodes.usage,
  noSuchRun: exitCodes.usage,
  noSuchPoint: exitCodes.usage,
  noSuchFinding: exitCodes.usage,
  inTheWay: exitCodes.usage,
  inexact: exitCodes.usage,
  noSuchRevision: exitCodes.usage,
  noHistory: exitCodes.usage,
  usage: exitCodes.usage,
  locked: exitCodes.usage,
  refused: exitCodes.usage,
  unproven: exitCodes.notPassed,
  noCause: exitCodes.notPassed,
  ended: exitCodes.usage,
  notResumable: exitCodes.usage,
  unavailable: exitCodes.stopped,
  canceled: exitCodes.stopped,
  budgetExceeded: exitCodes.stopped,
};

/** Opens the repository, runs, closes. Sets the exit code; throws only for bugs. */
export async function withHost(options: CommonOptions, run: (host: Host) => Promise<Result<number>>): Promise<void> {
  const choice = parsePolicy(options);
  if (!choice.ok) return fail(choice.failure, options);
  const root = resolve(options.repo);
  const created = await createHost({
    root,
    workspace: (top) => fileWorkspace(top),
    log: { info: note, warn: note, error: note },
    apiKey: async () => process.env.ANTHROPIC_API_KEY,
    baseUrl: options.baseUrl ?? process.env.ANTHROPIC_BASE_URL,
    policy: choice.value,
    hostName: 'cli',
  });
  if (!created.ok) return fail(created.failure, options);
  try {
    const code = await run(created.value);
    if (code.ok) process.exitCode = code.value;
    else fail(code.failure, options);
  } finally {
    await created.value.dispose();
  }
}

export function fail(failed: Failure, options: { readonly json?: boolean }): void {
  note(`ratchet: ${failed.message}`);
  if (options.json === true) sayDocument({ failure: failed });
  process.exitCode = exitCodeOf(failed);
}

export const exitCodeOf = ({ reason }: Failure): number => codeOf[reason] ?? exitCodes.internal;

/** A path as a person types it, relative to the repository. */
export function repositoryPath(root: string, given: string): Result<string> {
  const path = relative(root, resolve(given));
  const inRepository = relative(root, resolve(root, given));
  const found = [path, inRepository].find(
    (one) => !one.startsWith('..') && !isAbsolute(one) && existsSync(join(root, one)),
  );
  if (found === undefined || found === '') return failure('usage', `${given} is not a file of this repository.`);
  return success(found.replaceAll('\\', '/'));
}

function parsePolicy(options: CommonOptions): Result<PolicyChoice | undefined> {
  const named = namedPolicy(options);
  if (!named.ok || options.batch !== true) return named;
  const choice: PolicyChoice = named.value ?? { kind: 'claude' };
  if (choice.kind !== 'claude') return failure('usage', `--batch is for the claude policy, not for ${choice.kind}.`);
  return success({ ...choice, batch: true });
}

function namedPolicy({ policy, model }: CommonOptions): Result<PolicyChoice | undefined> {
  if (policy === undefined) return success(model === undefined ? undefined : { kind: 'claude', model });
  const [kind, ...rest] = policy.split(':');
  const detail = rest.join(':');
  if ((kind === 'claude' || kind === 'claudeCode') && detail === '')
    return success({ kind, ...(model === undefined ? {} : { model }) });
  if (kind === 'scripted' && detail !== '') return success({ kind, file: resolve(detail) });
  // A path is the person's, relative to where they stand.
  if (kind === 'recorded' && detail !== '')
    return success({ kind, run: isCassettePath(detail) ? resolve(detail) : detail });
  return failure(
    'usage',
    `--policy is claude, claudeCode, scripted:FILE or recorded:RUN, not ${JSON.stringify(policy)}.`,
  );
}

/** Aborted by the first Ctrl-C. */
export function untilInterrupted(): AbortSignal {
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  return abort.signal;
}

/** A run by its id, a unique beginning of it, or `latest`. */
export async function findRun(host: Host, given: string): Promise<Result<string>> {
  const ids = (await host.runs()).map(({ runId }) => runId);
  const [latest] = ids;
  if (given === 'latest')
    return latest === undefined ? failure('noSuchRun', 'There are no runs in this repository yet.') : success(latest);
  const found = ids.filter((id) => id === given || id.startsWith(given));
  const [only] = found;
  if (found.length === 1 && only !== undefined) return success(only);
  return failure(
    'noSuchRun',
    found.length === 0
      ? `There is no run ${given} in this repository.`
      : `${given} begins ${found.length} runs: ${found.join(', ')}.`,
  );
}
