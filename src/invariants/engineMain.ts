// The rule engine's child process: parses, resolves and matches. It answers questions and does nothing else.
import { createHash } from 'node:crypto';
import { isMainThread } from 'node:worker_threads';
import { FactStore } from './facts/factStore.ts';
import { factThread, serveFacts } from './factThread.ts';
import { judgeHistory } from './history/judgeHistory.ts';
import { RuleJudge } from './judgeRules.ts';
import { LiveJudge } from './live/liveJudge.ts';
import { type EngineAnswer, type EngineRequest, engineRequestSchema } from './messages.ts';
import { readTestFacts } from './readTestFacts.ts';
import type { FileFacts } from './testFacts/factSchemas.ts';
import { Watchdog } from './watchdog.ts';

/** A candidate is judged again and again against one base. */
const mostRemembered = 500;
const remembered = new Map<string, Promise<FileFacts>>();

function factsOf(path: string, text: string): Promise<FileFacts> {
  const key = `${path}\0${createHash('sha256').update(text).digest('base64')}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const facts = readTestFacts(path, text);
  for (const oldest of remembered.keys()) {
    if (remembered.size < mostRemembered) break;
    remembered.delete(oldest);
  }
  remembered.set(key, facts);
  return facts;
}

interface Judges {
  readonly judge: RuleJudge;
  readonly live: LiveJudge;
}

async function answer(request: EngineRequest, { judge, live }: Judges): Promise<EngineAnswer> {
  const { id } = request;
  try {
    if (request.kind === 'judgeRules') return { kind: 'rulesJudged', id, ...(await judge.judge(request)) };
    if (request.kind === 'judgeHistory')
      return { kind: 'historyJudged', id, ...(await judgeHistory(request, judge.store)) };
    if (request.kind === 'openLive') {
      await live.open(request);
      return { kind: 'liveOpened', id };
    }
    if (request.kind === 'judgeText') return { kind: 'textJudged', id, ...(await live.judge(request)) };
    if (request.kind === 'relatedTests') return { kind: 'testsRelated', id, paths: await judge.related(request) };
    return {
      kind: 'testsRead',
      id,
      files: await Promise.all(request.files.map(({ path, text }) => factsOf(path, text))),
    };
  } catch (error) {
    return { kind: 'failed', id, message: error instanceof Error ? error.message : String(error) };
  }
}

function serve(): void {
  const watchdog = new Watchdog();
  const [, script] = process.argv;
  const helper = script === undefined ? undefined : factThread(script);
  const judges = { judge: new RuleJudge(watchdog, helper), live: new LiveJudge(new FactStore(), watchdog) };
  process.on('message', (message) => {
    const request = engineRequestSchema.parse(message);
    answer(request, judges).then(
      (reply) => process.send?.(reply),
      () => process.exit(1),
    );
  });
  // Without its parent there is nobody to answer.
  process.on('disconnect', () => process.exit(0));
}

if (isMainThread) serve();
else serveFacts();
