// Search in the worktree by `git grep`: it knows binary files, and a hostile expression can only cost its time limit.
import type * as z from 'zod';
import type { Observation, searchCodeInputSchema } from '../protocol/gym.ts';
import { scrubbedEnvironment } from './environmentVariables.ts';
import { runProcess } from './process.ts';

const timeoutMs = 10_000;
const maxLineLength = 300;

export async function searchCode(
  root: string,
  input: z.infer<typeof searchCodeInputSchema>,
  signal?: AbortSignal,
): Promise<Observation> {
  const flags = ['grep', '--no-index', '--line-number', '-I', '--no-color', '--exclude-standard', '-z'];
  const kind = input.regex ? '--extended-regexp' : '--fixed-strings';
  const glob = input.glob === undefined ? '.' : `:(glob)${input.glob}`;
  const found = await runProcess({
    command: 'git',
    args: [
      '-c',
      'core.fsmonitor=false',
      ...flags,
      kind,
      '-e',
      input.query,
      '--',
      glob,
      ':(exclude,glob)**/node_modules/**',
    ],
    cwd: root,
    // A ceiling, so that git does not look for a repository above the worktree.
    env: scrubbedEnvironment({ GIT_CEILING_DIRECTORIES: root, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C.UTF-8' }),
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  if (found.timedOut) return { content: 'The search took too long. Use a simpler expression.', isError: true };
  // Exit code 1 is git grep's way to say that nothing was found.
  if (found.exitCode === 1 && found.stderr === '') return { content: 'No match.', isError: false };
  if (found.exitCode !== 0)
    return { content: `The search failed: ${found.stderr.trim().slice(0, 500)}`, isError: true };
  const lines = found.stdout.split('\n').filter((line) => line !== '');
  const shown = lines.slice(0, input.maxResults).map((line) => line.replace(/\0/g, ':').slice(0, maxLineLength));
  const more = lines.length > shown.length ? `\n(${lines.length - shown.length} more matches are not shown)` : '';
  return { content: shown.join('\n') + more, isError: false };
}
