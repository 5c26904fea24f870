// The person's own Claude Code as a process: what it may see, and how long it may take. It runs in an empty
// folder of its own, so that it finds no project, and its whole tree dies with it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scrubbedEnvironment } from '../gym/environmentVariables.ts';
import { runProcess } from '../gym/process.ts';
import type { RunClaudeCode } from '../policies/claudeCode/claudeCodePolicy.ts';
import { findClaudeCode } from './findClaudeCode.ts';

/** Shorter than the limit of the activity, so that its end is told by what happened. */
const timeoutMs = 9 * 60_000;
const memoryMegabytes = 4_096;
const outputMegabytes = 64;

/** What it needs to find its account and the network; the marks of a session around this process are not passed on. */
const ofClaudeCode = /^(ANTHROPIC_\w+|CLAUDE_\w+|HTTPS?_PROXY|ALL_PROXY|NO_PROXY|AWS_\w+|GOOGLE_\w+|CLOUD_ML_REGION)$/i;
const ofSession = /^CLAUDE_CODE_(ENTRYPOINT|SESSION|SSE_PORT|SIMPLE|SAFE_MODE)/i;

export const runClaudeCode: RunClaudeCode = async (args, input, signal) => {
  const command = findClaudeCode();
  if (command === undefined) return undefined;
  const cwd = await mkdtemp(join(tmpdir(), 'ratchet-claude-'));
  try {
    const limits = { timeoutMs, memoryMegabytes, outputMegabytes };
    const ran = await runProcess({ command, args, input, cwd, env: environment(), signal, ...limits });
    const { exitCode, stdout, stderr, timedOut, spawnError, outOfMemory, tooMuchOutput } = ran;
    const limit = outOfMemory ? 'it used too much memory' : tooMuchOutput ? 'it printed too much' : null;
    return { exitCode, stdout, stderr, timedOut, problem: spawnError ?? limit };
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
};

function environment(): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && value !== '' && ofClaudeCode.test(name) && !ofSession.test(name)) own[name] = value;
  // The controller tries again, so that every attempt is in the journal.
  return scrubbedEnvironment({ ...own, CLAUDE_CODE_MAX_RETRIES: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' });
}
