// The policy's answers in a journal, as the recorded policy wants them: keyed by the request they answered.

import type { RecordedAnswer } from '../policies/recorded.ts';
import { activitySchemas } from '../protocol/activities.ts';
import type { JournalEntry, JournalEventOf } from '../protocol/journal.ts';

export function recordedAnswers(entries: readonly JournalEntry[]): RecordedAnswer[] {
  const scheduled = new Map<number, JournalEventOf<'activityScheduled'>>();
  const answers: RecordedAnswer[] = [];
  for (const { event } of entries) {
    if (event.type === 'activityScheduled') scheduled.set(event.activity, event);
    if (event.type !== 'activityCompleted') continue;
    const asked = scheduled.get(event.activity);
    if (asked === undefined) continue;
    const request = { requestDigest: asked.inputDigest, request: asked.input };
    if (asked.name === 'consider') {
      const { view, reply } = activitySchemas.consider.output.parse(event.output);
      answers.push({ kind: 'perspective', ...request, answer: view, reply });
    } else if (asked.name === 'synthesise') {
      const { plan, reply } = activitySchemas.synthesise.output.parse(event.output);
      answers.push({ kind: 'synthesis', ...request, answer: plan, reply });
    } else if (asked.name === 'hypothesise') {
      const { answer, reply } = activitySchemas.hypothesise.output.parse(event.output);
      answers.push({ kind: 'hypotheses', ...request, answer, reply });
    } else if (asked.name === 'doubt') {
      const { answer, reply } = activitySchemas.doubt.output.parse(event.output);
      answers.push({ kind: 'doubt', ...request, answer, reply });
    } else if (asked.name === 'nextTurn') {
      const { turn, reply } = activitySchemas.nextTurn.output.parse(event.output);
      answers.push({ kind: 'act', ...request, answer: turn, reply });
    }
  }
  return answers;
}
