// The context engine's child process: indexes and ranks. It answers questions, one after the other, and does nothing else.
import { join } from 'node:path';
import { Git } from '../gym/git.ts';
import { FactsCache } from '../policies/context/factsCache.ts';
import { ContextGatherer } from '../policies/context/gatherContext.ts';
import { type ContextAnswer, type ContextRequest, contextRequestSchema } from '../policies/context/messages.ts';
import { contextSource } from './contextSource.ts';

/** Milliseconds without a question after which the index's memory is given back. */
const idleMs = 10 * 60_000;

const gatherers = new Map<string, Promise<ContextGatherer>>();
let turn: Promise<unknown> = Promise.resolve();
let idle: NodeJS.Timeout | undefined;

async function open({ root, commonDir }: ContextRequest): Promise<ContextGatherer> {
  const cache = new FactsCache(join(commonDir, 'ratchet', 'cache', 'context'));
  await cache.tidy();
  return new ContextGatherer(contextSource(new Git(root)), cache);
}

async function answer(request: ContextRequest): Promise<ContextAnswer> {
  const { id, root } = request;
  try {
    const gatherer = gatherers.get(root) ?? open(request);
    gatherers.set(root, gatherer);
    return { kind: 'gathered', id, context: await (await gatherer).gather(request) };
  } catch (error) {
    return { kind: 'failed', id, message: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (message) => {
  const request = contextRequestSchema.parse(message);
  clearTimeout(idle);
  turn = turn
    .then(() => answer(request))
    .then(
      (reply) => {
        process.send?.(reply);
        idle = setTimeout(() => process.exit(0), idleMs);
      },
      () => process.exit(1),
    );
});
// Without its parent there is nobody to answer.
process.on('disconnect', () => process.exit(0));
