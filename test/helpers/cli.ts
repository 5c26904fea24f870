// The built command line as a person or CI runs it, and what a run may leave behind.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { call, type FakeAnswer, type FakeRequest, sayJson } from '../fakes/messagesServer.ts';

const cli = resolve(import.meta.dirname, '../../dist/cli.mjs');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `interruptWhen`: Ctrl-C as soon as stderr says this. */
export function ratchet(
  cwd: string,
  args: readonly string[],
  options: { env?: Record<string, string>; interruptWhen?: string } = {},
): Promise<Ran> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd,
      env: { ...process.env, ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '', NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let isInterrupted = false;
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      if (!isInterrupted && options.interruptWhen !== undefined && stderr.includes(options.interruptWhen)) {
        isInterrupted = true;
        child.kill('SIGINT');
      }
    });
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

/** The folder in which worktrees of a repository live while it is worked on. */
export function worktreeFolder(repository: string): string {
  const hash = createHash('sha256')
    .update(join(realpathSync(repository), '.git'))
    .digest('hex')
    .slice(0, 12);
  return join(tmpdir(), `ratchet-${hash}`);
}

/** Worktrees, and processes that still run in one. Empty when a run has cleared up after itself. */
export function leftovers(repository: string): string[] {
  const folder = worktreeFolder(repository);
  const found = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      if (environment.includes('RATCHET_PROCESS_TREE=') && environment.includes(folder)) found.push(`process ${pid}`);
    } catch {
      // Gone, or of somebody else.
    }
  }
  return found;
}

/** Answers as a model would: views, a plan of one step, a refused edit and a good one, then finish. */
export function answerLikeAModel(request: FakeRequest): FakeAnswer {
  const schema = JSON.stringify(request.output_config?.format?.schema ?? null);
  if (schema.includes('"rollback"'))
    return sayJson({
      goal: 'Say hello',
      summary: 's',
      steps: [
        {
          id: 's1',
          title: 't',
          description: 'd',
          files: ['src/hello.ts'],
          acceptance: ['says hello'],
          gates: ['tests'],
        },
      ],
      risks: [],
      rollback: 'r',
      contract: { behaviour: [], physics: [], deployment: [] },
    });
  if (schema !== 'null') return sayJson({ perspective: 'p', summary: 's', claims: [], suggestions: [], risks: [] });
  if (request.messages.length > 1) return call(['finish', {}]);
  return call(
    ['str_replace_based_edit_tool', { command: 'create', path: '../outside.ts', file_text: '' }],
    [
      'str_replace_based_edit_tool',
      { command: 'create', path: 'src/hello.ts', file_text: "export const hello = 'hello';\n" },
    ],
  );
}
