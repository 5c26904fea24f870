// The prompts of `decide`: data in, text out. The same question always gives the same text.
import type { PerspectiveView } from '../../protocol/plan.ts';
import type { Question, RepoContext } from '../../protocol/policy.ts';
import { framed, frameRule } from './frame.ts';
import { doubtPrompt, hypothesesPrompt } from './investigation.ts';
import { rulesText } from './projectRules.ts';

export interface QuestionPrompt {
  readonly system: string;
  readonly user: string;
}

const role = `You help to plan a change to a software repository. ${frameRule}
Your answer is checked by machine: name only files that exist unless you say that they are new, and claim nothing that you have not seen.`;

export function questionPrompt(question: Question): QuestionPrompt {
  switch (question.kind) {
    case 'perspective':
      return {
        system: role,
        user: `${contextText(question.context)}

The feature a person asks for:
${framed('feature', question.feature)}

Look at it as the ${question.perspective.name}. ${question.perspective.brief}
Give a short summary, claims, what the plan should do because of them, and risks. Each claim rests on a file with its line and words quoted from it, on a test by its name, or on a rule by its id: these are looked up, and a claim without them is dropped. Where the feature must change a place, or must leave it as it is, say so as its stance.`,
      };
    case 'synthesis':
      return {
        system: role,
        user: `${contextText(question.context)}

The feature a person asks for:
${framed('feature', question.feature)}

What the perspectives say:
${question.views.map(viewText).join('\n')}
${conflictsText(question)}${feedbackText(question)}
Make one plan of it: as few steps as are sound, each small enough to be proven by tests on its own. For each step name the files, the behaviours that tests must show, and the gates (tests, integrity, invariants) it must pass. Name the risks with what is done about them, how to roll back, and what the feature contract needs: behaviour (tests), physics (spans, metrics, logs), deployment. Do not plan to weaken a test, a check or a configuration of a gate.`,
      };
    case 'hypotheses':
      return afterContext(question, hypothesesPrompt(question));
    case 'doubt':
      return afterContext(question, doubtPrompt(question));
  }
}

const afterContext = ({ context }: Question, { system, ask }: { system: string; ask: string }): QuestionPrompt => ({
  system,
  user: `${contextText(context)}\n\n${ask}`,
});

/** The beginning of every question about the same files. */
export function contextText(context: RepoContext): string {
  const more =
    context.totalFiles > context.files.length ? `\n(${context.totalFiles - context.files.length} more files)` : '';
  const excerpts = context.excerpts.map(({ path, text, truncated, kind }) =>
    framed(`${path}${kind === undefined ? (truncated ? ' (cut)' : '') : marks[kind]}`, text),
  );
  const rules = rulesText(context.rules);
  return `${rules === '' ? '' : `${rules}\n\n`}Files of the repository, the most relevant first:
${framed('file list', context.files.join('\n') + more)}

${excerpts.join('\n\n')}

The tests run by: ${context.testCommand === null ? 'no command is known' : framed('test command', context.testCommand)}`;
}

const marks = {
  whole: '',
  part: ' (parts, with line numbers where lines are left out)',
  outline: ' (outline, with line numbers)',
};

const viewText = (view: PerspectiveView): string =>
  framed(`perspective ${view.perspective}`, JSON.stringify(view, null, 1));

function conflictsText({ conflicts = [] }: Extract<Question, { kind: 'synthesis' }>): string {
  if (conflicts.length === 0) return '';
  const listed = conflicts.map(
    ({ id, place, sides }) =>
      `${id}, about ${place}:\n${sides.map(({ perspective, stance, statement }) => `- ${perspective} (${stance}): ${statement}`).join('\n')}`,
  );
  return `The perspectives want different things of the same place. Decide each, by its id, in the plan's decisions:\n${framed('conflicts', listed.join('\n'))}\n`;
}

function feedbackText({ feedback, previousPlan }: Extract<Question, { kind: 'synthesis' }>): string {
  if (feedback.length === 0) return '';
  const plan =
    previousPlan === null ? '' : `\nThe plan before:\n${framed('plan', JSON.stringify(previousPlan, null, 1))}`;
  return `${plan}\nWhat was said about it, and must be answered by the new plan:\n${feedback.map((text) => `- ${text}`).join('\n')}\n`;
}
