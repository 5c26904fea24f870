// `ratchet gym serve`: the gym's door as JSON-RPC 2.0 over standard input and output, one message a line, in turn.
// Errors of an action are observations; errors of the protocol are JSON-RPC errors. Nothing else is written to stdout.
import type { GymDoor } from '../host/api.ts';
import { exitCodes } from '../protocol/cliDocuments.ts';
import {
  maxMessageBytes,
  type RpcId,
  resetParamsSchema,
  rpcErrorCodes,
  rpcRequestSchema,
  stepParamsSchema,
} from '../protocol/gymDoor.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import { messageLines } from './messageLines.ts';
import { note } from './output.ts';
import { type CommonOptions, withHost } from './session.ts';

interface RpcFailure {
  readonly code: number;
  readonly message: string;
}
type Answered = { readonly result: unknown } | { readonly error: RpcFailure };
type Answer = Answered & { readonly jsonrpc: '2.0'; readonly id: RpcId };

/** Serves until `close` is called or the input ends. */
export async function serveGym(
  door: GymDoor,
  input: AsyncIterable<Uint8Array>,
  write: (line: string) => void,
): Promise<void> {
  let isClosed = false;
  for await (const line of messageLines(input, maxMessageBytes)) {
    const answer = line === null ? tooLong() : line.trim() === '' ? undefined : await answerLine(line);
    if (answer !== undefined) write(JSON.stringify(answer));
    if (isClosed) return;
  }

  async function answerLine(line: string): Promise<Answer | Answer[] | undefined> {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return failed(null, rpcErrorCodes.parseError, 'The line is not JSON.');
    }
    if (!Array.isArray(message)) return await answerOne(message);
    if (message.length === 0) return failed(null, rpcErrorCodes.invalidRequest, 'The batch is empty.');
    const answers: Answer[] = [];
    for (const one of message) {
      const answer = await answerOne(one);
      if (answer !== undefined) answers.push(answer);
    }
    return answers.length === 0 ? undefined : answers;
  }

  async function answerOne(message: unknown): Promise<Answer | undefined> {
    const request = rpcRequestSchema.safeParse(message);
    if (!request.success) return failed(idOf(message), rpcErrorCodes.invalidRequest, problems(request.error));
    const { id, method, params } = request.data;
    const answered = await dispatch(method, params);
    return id === undefined ? undefined : { jsonrpc: '2.0', id, ...answered };
  }

  async function dispatch(method: string, params: unknown): Promise<Answered> {
    try {
      switch (method) {
        case 'reset':
          return await withParams(resetParamsSchema, params, async ({ task }) => await door.reset(task ?? {}));
        case 'step':
          return await withParams(stepParamsSchema, params, async ({ action }) =>
            door.step({ name: action.name, input: action.input ?? {} }),
          );
        case 'close':
          isClosed = true;
          await door.close();
          return { result: {} };
        default:
          return error(rpcErrorCodes.methodNotFound, `There is no method ${JSON.stringify(method.slice(0, 80))}.`);
      }
    } catch (thrown) {
      return error(rpcErrorCodes.internalError, thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
}

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: Problems };
}
interface Problems {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

async function withParams<T, R>(
  schema: Schema<T>,
  params: unknown,
  act: (params: T) => Promise<Result<R>>,
): Promise<Answered> {
  const parsed = schema.safeParse(params);
  if (!parsed.success) return error(rpcErrorCodes.invalidParams, problems(parsed.error));
  const acted = await act(parsed.data);
  if (acted.ok) return { result: acted.value };
  const { reason, message } = acted.failure;
  return error(reason === 'noEpisode' ? rpcErrorCodes.noEpisode : rpcErrorCodes.resetFailed, message);
}

const problems = ({ issues }: Problems): string =>
  issues.map(({ path, message }) => `${path.map(String).join('.') || 'message'}: ${message}`).join('; ');

const error = (code: number, message: string): Answered => ({ error: { code, message } });

const failed = (id: RpcId, code: number, message: string): Answer => ({ jsonrpc: '2.0', id, ...error(code, message) });

const tooLong = (): Answer =>
  failed(null, rpcErrorCodes.invalidRequest, `A message may have ${maxMessageBytes} bytes at most.`);

/** The id of a message that is no valid request, where it can be told. */
function idOf(message: unknown): RpcId {
  if (typeof message !== 'object' || message === null || !('id' in message)) return null;
  return typeof message.id === 'string' || typeof message.id === 'number' ? message.id : null;
}

/** An input that ends when the signal fires, so that the caller clears up. */
export async function* untilAborted(
  input: NodeJS.ReadStream,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = () => input.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const chunk of input) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

export interface GymOptions extends CommonOptions {
  readonly maxSteps: string;
}

/** Opens a door, serves it, and clears up, whether the client closes it, goes away, or the process is told to stop. */
export async function withGym(
  options: GymOptions,
  serve: (door: GymDoor, abort: AbortController) => Promise<void>,
): Promise<void> {
  const maxSteps = Number(options.maxSteps);
  await withHost(options, async (host) => {
    if (!Number.isInteger(maxSteps) || maxSteps < 1)
      return failure('usage', `--max-steps is a number from 1 on, not ${options.maxSteps}.`);
    const abort = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort());
    const door = host.openGym({ maxSteps, signal: abort.signal, onProgress: note });
    try {
      await serve(door, abort);
    } finally {
      await door.close();
    }
    return success(exitCodes.passed);
  });
  // Standard input that nobody ends would keep the process.
  process.stdin.destroy();
}
