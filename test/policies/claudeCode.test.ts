// The policy over Claude Code, against a program that prints what the real one does: what it is started with, what it may
// see, and every way in which it can fail. It is never the real one.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePolicy } from '../../src/host/policyFactory.ts';
import type { Policy } from '../../src/policies/policy.ts';
import type { PolicyChoice } from '../../src/protocol/config.ts';
import { exchange, firstEpisode, going, perspectiveAnswer, perspectiveQuestion } from '../helpers/episodes.ts';

let folder: string;
const path = process.env.PATH ?? '';
const home = process.env.HOME ?? '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-claude-code-'));
  mkdirSync(join(folder, 'bin'));
  process.env.HOME = folder;
  process.env.PATH = `${join(folder, 'bin')}${delimiter}${path}`;
});
afterEach(() => {
  process.env.PATH = path;
  process.env.HOME = home;
  delete process.env.CLAUDECODE;
  delete process.env.SOME_TOKEN;
  delete process.env.CLAUDE_CODE_OAUTH_TOKEN;
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly args: string[];
  readonly input: string;
  readonly cwd: string;
  readonly files: string[];
  readonly env: Record<string, string>;
}

/** A program of the name `claude` that writes down how it was started and then does what `script` says, a line of JavaScript. */
function install(script: string): void {
  const file = join(folder, 'bin', 'claude');
  const text = `#!${process.execPath}
const { appendFileSync, readdirSync, readFileSync } = require('node:fs');
const input = readFileSync(0, 'utf8');
const log = ${JSON.stringify(join(folder, 'started.jsonl'))};
const started = { args: process.argv.slice(2), input, cwd: process.cwd(), files: readdirSync('.'), env: process.env };
appendFileSync(log, JSON.stringify(started) + '\\n');
const number = readFileSync(log, 'utf8').trim().split('\\n').length;
const say = (result, more = {}) => console.log(JSON.stringify({
  type: 'result', subtype: 'success', is_error: false, result, session_id: 's1', total_cost_usd: 0.25,
  usage: { input_tokens: 100, output_tokens: 20, cache_read_input_tokens: 300, cache_creation_input_tokens: 4 },
  modelUsage: { 'claude-sonnet-5-5': {} }, ...more,
}));
const fail = (result, status) => { say(result, { is_error: true, api_error_status: status }); process.exitCode = 1; };
${script}
`;
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}

const started = (): Started[] =>
  readFileSync(join(folder, 'started.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

async function policy(choice: Partial<PolicyChoice> = {}): Promise<Policy> {
  const forbidden = () => Promise.reject(new Error('nobody asks for this'));
  const parts = { root: folder, commonDir: folder, apiKey: forbidden, baseUrl: undefined, chatModels: undefined };
  // There is no store: nothing here reads a run.
  const made = await makePolicy({ kind: 'claudeCode', ...choice }, { ...parts, store: Object.create(null) });
  if (!made.ok) throw new Error(made.failure.message);
  return made.value;
}

const view = JSON.stringify(perspectiveAnswer);

describe('Claude Code', () => {
  it('is asked in an empty folder, without tools, settings, servers and commands', async () => {
    process.env.CLAUDECODE = '1';
    process.env.SOME_TOKEN = 'not for it';
    process.env.CLAUDE_CODE_OAUTH_TOKEN = 'its own';
    install(`say(${JSON.stringify(view)});`);
    const asked = await (await policy({ model: 'opus', effort: 'low' })).decide(perspectiveQuestion, going());
    expect(asked).toMatchObject({
      ok: true,
      value: {
        answer: perspectiveAnswer,
        reply: {
          model: 'claude-sonnet-5-5',
          responseId: 's1',
          usage: { requests: 1, inputTokens: 100, outputTokens: 20, cacheReadTokens: 300, costUsd: 0.25 },
        },
      },
    });
    const [run] = started();
    const option = (name: string) => run?.args[(run?.args.indexOf(name) ?? -1) + 1];
    expect(run?.args).toEqual(expect.arrayContaining(['--print', '--strict-mcp-config', '--no-session-persistence']));
    expect([option('--tools'), option('--setting-sources'), option('--model'), option('--effort')]).toEqual([
      '',
      '',
      'opus',
      'low',
    ]);
    expect(option('--system-prompt')).toContain('never an instruction');
    expect(run?.input).toContain('JSON schema');
    expect(run?.files).toEqual([]);
    expect(existsSync(run?.cwd ?? folder)).toBe(false);
    expect(run?.env.CLAUDECODE).toBeUndefined();
    expect(run?.env.SOME_TOKEN).toBeUndefined();
    expect(run?.env.CLAUDE_CODE_OAUTH_TOKEN).toBe('its own');
  });

  it('acts by naming calls, and is told what came of them', async () => {
    const turn = {
      text: 'I look.',
      toolCalls: [
        { name: 'search_code', input: { query: 'x' } },
        { name: 'finish', input: {} },
      ],
    };
    install(`say(${JSON.stringify(`Here it is:\n\`\`\`json\n${JSON.stringify(turn)}\n\`\`\``)});`);
    const acting = await policy();
    const acted = await acting.act(
      { ...firstEpisode, history: [{ ...exchange('c1', 'a.ts:1: found it'), comment: 'Mind the tabs.' }] },
      going(),
    );
    expect(acted).toMatchObject({
      ok: true,
      value: { turn: { text: 'I look.', toolCalls: turn.toolCalls, stopReason: 'tool_use' } },
    });
    const [run] = started();
    expect(run?.input).toContain('a.ts:1: found it');
    expect(run?.input).toContain('Mind the tabs.');
    expect(run?.input).toContain('str_replace_based_edit_tool');
    expect(acted.ok && new Set(acted.value.turn.toolCalls.map(({ id }) => id)).size).toBe(2);
  });

  it('is asked once more when its answer does not fit, and then given up', async () => {
    install(`say(number === 1 ? 'Sure!' : ${JSON.stringify(view)});`);
    expect(await (await policy()).decide(perspectiveQuestion, going())).toMatchObject({
      ok: true,
      value: { answer: perspectiveAnswer, reply: { usage: { requests: 2, costUsd: 0.5 } } },
    });
    expect(started()[1]?.input).toContain('Sure!');
    install(`say('No.');`);
    expect(await (await policy()).decide(perspectiveQuestion, going())).toMatchObject({
      ok: false,
      failure: { reason: 'invalidAnswer' },
    });
  });

  it('is shown less when not all fits', async () => {
    install(`say(JSON.stringify({ text: 'ok', toolCalls: [] }));`);
    const history = Array.from({ length: 20 }, (_, index) =>
      exchange(`c${index}`, `r${index} ${'word '.repeat(12_000)}`),
    );
    expect(await (await policy()).act({ ...firstEpisode, history }, going())).toMatchObject({ ok: true });
    const [run] = started();
    expect(run?.input.match(/\(Left out/g)?.length).toBeGreaterThan(7);
    expect(run?.input).toContain('r19 word');
  });

  it('that is not there is said to be missing, with what to do', async () => {
    process.env.PATH = folder;
    const missing = await policy();
    expect(missing.notice).toContain('not installed');
    expect(await missing.decide(perspectiveQuestion, going())).toMatchObject({
      ok: false,
      failure: { reason: 'unavailable', message: expect.stringContaining('Choose Policy') },
    });
  });

  it('is found where its installer puts it, when the PATH does not lead there', async () => {
    install(`say(${JSON.stringify(view)});`);
    mkdirSync(join(folder, '.local'));
    renameSync(join(folder, 'bin'), join(folder, '.local/bin'));
    process.env.PATH = '/nowhere';
    expect(await (await policy()).decide(perspectiveQuestion, going())).toMatchObject({ ok: true });
  });

  it('in a folder that is not absolute is not started', async () => {
    install(`say(${JSON.stringify(view)});`);
    process.env.PATH = 'bin';
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(await (await policy()).decide(perspectiveQuestion, going())).toMatchObject({ ok: false });
      expect(existsSync(join(folder, 'started.jsonl'))).toBe(false);
    } finally {
      process.chdir(before);
    }
  });

  const faults: Record<string, readonly [script: string, reason: string, says: RegExp]> = {
    'is not logged in': [
      `fail('Not logged in · Please run /login', null);`,
      'unavailable',
      /Run "claude" in a terminal and log in/,
    ],
    'is refused': [`fail('Invalid API key · Fix external API key', 401);`, 'unavailable', /log in again/],
    'does not know the model': [`fail('API Error: 404 model: x', 404);`, 'unavailable', /policy\.model/],
    'has reached a limit': [`fail('Claude usage limit reached|1760000000', null);`, 'rateLimited', /Resume the run/],
    'is asked too often': [`fail('API Error: Request rejected (429)', 429);`, 'rateLimited', /limit/],
    'meets an overload': [`fail('API Error: 529', 529);`, 'overloaded', /529/],
    'is asked too much': [`fail('Prompt is too long', 400);`, 'contextExceeded', /too long/],
    'is too old': [
      `console.error("error: unknown option '--tools'"); process.exitCode = 1;`,
      'unavailable',
      /too old.*claude update/,
    ],
    'prints what is no result': [`console.log('{"type": "surprise"}');`, 'unavailable', /printed no result/],
    'prints nothing': [`process.exitCode = 3;`, 'unavailable', /exit code 3/],
    'prints a key': [`fail('bad key sk-ant-api03-abcdefghijklmnop', 500);`, 'overloaded', /redacted/],
  };
  for (const [name, [script, reason, says]] of Object.entries(faults))
    it(`that ${name} fails as ${reason}`, async () => {
      install(script);
      const asked = await (await policy()).decide(perspectiveQuestion, going());
      expect(asked).toMatchObject({ ok: false, failure: { reason, message: expect.stringMatching(says) } });
      expect(started()).toHaveLength(1);
    });

  it('dies with all that it started when it is canceled', async () => {
    const pidFile = join(folder, 'pid');
    install(`const { spawn } = require('node:child_process');
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
setInterval(() => {}, 1000);`);
    const abort = new AbortController();
    const asked = (await policy()).decide(perspectiveQuestion, { signal: abort.signal });
    const pid = () => (existsSync(pidFile) ? readFileSync(pidFile, 'utf8') : '');
    const timer = setInterval(() => pid() !== '' && abort.abort(), 20);
    await expect(asked).rejects.toThrow();
    clearInterval(timer);
    // A process that has ended may stay as a zombie until whoever inherited it looks; it holds no command line any more.
    const commandLine = `/proc/${pid()}/cmdline`;
    expect(existsSync(commandLine) ? readFileSync(commandLine, 'utf8') : '').toBe('');
    expect(existsSync(started()[0]?.cwd ?? folder)).toBe(false);
  });
});
