// The prompts of an investigation's questions: data in, text out. What a policy may ask for is named here; it is told no command.
import type { QuestionOf } from '../../protocol/policy.ts';
import { framed, frameRule } from './frame.ts';

type Explaining = QuestionOf<'hypotheses' | 'doubt'>;

const role = ({
  explains,
}: Explaining): string => `You help to explain a ${explains ?? 'failure'} in a software repository. ${frameRule}
What is found without you stands: you explain it, and experiments judge what you say. An experiment is one of the actions of the answer's schema and nothing else; it is run by the repository's own configuration, in a copy. What does not fit the schema, or names what there is not, is refused and shown as such.`;

export const hypothesesPrompt = (question: QuestionOf<'hypotheses'>) => ({
  system: role(question),
  ask: `${knownText(question)}

Give at most ${question.limit} hypotheses of ${question.explains === 'slowdown' ? 'why it takes longer' : 'why this happens'}, each another mechanism. For each say where it is, how likely it is beside the others before anything is tried, and what one experiment shows if it is right that it would not show if it is wrong. Take the experiment that would refute it best: one that comes true either way tells nothing. Keep a hypothesis out rather than without an experiment. ${experimentText(question)}`,
});

export const doubtPrompt = (question: QuestionOf<'doubt'>) => ({
  system: role(question),
  ask: `${knownText(question)}

Hypotheses and what experiments said to them, with what is believed of each:
${framed('hypotheses', JSON.stringify(question.inquiry, null, 1))}

${question.leading} leads. Look at it as the ${question.perspective.name}. ${question.perspective.brief}
Say what speaks against it, and propose the one experiment that would show it to be wrong, with what it shows in that case. If there is none that was not made already, give null for the experiment.`,
});

/** What the schema of experiments does not say. */
const experimentText = ({ explains }: Explaining): string =>
  explains === 'slowdown'
    ? 'The two trees of an experiment run in turns, and a test over the pairs of runs judges: what is predicted to be the same comes true only when a difference that would explain half of the slowdown is ruled out, and what cannot be told counts for nothing. A patch is a unified diff against the working copy: of code alone, and not of what is timed; a run that fails has no time.'
    : 'A patch is a unified diff against the working copy: of tests alone, or with added lines of code alone.';

/** What both are asked about. */
const knownText = (question: Explaining): string => `What is investigated:
${framed('investigation', question.feature)}

What was found without you:
${framed('evidence', question.evidence)}

${hunksText(question.hunks)}`;

function hunksText(hunks: QuestionOf<'hypotheses'>['hunks']): string {
  if (hunks.length === 0) return 'There is no single culprit whose hunks could be named.';
  const listed = hunks.map(
    ({ id, path, startLine, lines }) => `${id}: ${path}, line ${startLine}\n${lines.join('\n')}`,
  );
  return `Hunks of the culprit, by the ids that experiments name:\n${framed('hunks', listed.join('\n\n'))}`;
}
