// The rule engine's child process: parses, resolves and matches. It answers questions and does nothing else.

import { judgeHistory } from './history/judgeHistory.ts';
import { RuleJudge } from './judgeRules.ts';
import { type EngineAnswer, type EngineRequest, engineRequestSchema } from './messages.ts';
import { readTestFacts } from './readTestFacts.ts';

const judge = new RuleJudge(true);

async function answer(request: EngineRequest): Promise<EngineAnswer> {
  const { id } = request;
  try {
    if (request.kind === 'judgeRules') return { kind: 'rulesJudged', id, ...(await judge.judge(request)) };
    if (request.kind === 'judgeHistory')
      return { kind: 'historyJudged', id, ...(await judgeHistory(request, judge.store)) };
    return {
      kind: 'testsRead',
      id,
      files: await Promise.all(request.files.map(({ path, text }) => readTestFacts(path, text))),
    };
  } catch (error) {
    return { kind: 'failed', id, message: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (message) => {
  const request = engineRequestSchema.parse(message);
  answer(request).then(
    (reply) => process.send?.(reply),
    () => process.exit(1),
  );
});
// Without its parent there is nobody to answer.
process.on('disconnect', () => process.exit(0));
