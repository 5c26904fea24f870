// A rule of any kind: which facts it needs, and what it finds. Which kind does what is decided here and nowhere else.
import { assertNever } from '../../protocol/result.ts';
import type { InvariantRule } from '../../protocol/rules.ts';
import { judgeCalls, needsOfCalls } from './judgeCalls.ts';
import { judgeData, needsOfData } from './judgeData.ts';
import { judgeFiles } from './judgeFiles.ts';
import { judgeImports, needsOfImports } from './judgeImports.ts';
import { judgeMatches, needsOfMatches } from './judgeMatches.ts';
import { judgeMetric, needsOfMetric } from './judgeMetric.ts';
import type { Judged, Need, Question } from './kind.ts';

export function needsOf(rule: InvariantRule, question: Question): Need[] {
  switch (rule.kind) {
    case 'imports':
      return needsOfImports(rule, question);
    case 'calls':
      return needsOfCalls(rule, question);
    case 'select':
    case 'pattern':
      return needsOfMatches(rule, question);
    case 'metric':
      return needsOfMetric(rule, question);
    case 'data':
      return needsOfData(rule, question);
    case 'files':
    case 'command':
      return [];
    default:
      return assertNever(rule);
  }
}

export async function judgeRule(rule: InvariantRule, question: Question): Promise<Judged> {
  switch (rule.kind) {
    case 'imports':
      return judgeImports(rule, question);
    case 'calls':
      return await judgeCalls(rule, question);
    case 'select':
    case 'pattern':
      return judgeMatches(rule, question);
    case 'metric':
      return await judgeMetric(rule, question);
    case 'data':
      return judgeData(rule, question);
    case 'files':
      return judgeFiles(rule, question);
    case 'command': {
      const message = `Rule ${rule.id} runs a command, which the engine does not do.`;
      return { violations: [], problems: [{ rule: rule.id, path: null, message }] };
    }
    default:
      return assertNever(rule);
  }
}
