// The prompts of `act`: what the policy is told at the start of an attempt. History follows as messages. What every step of
// a run has comes first, so that a provider's cache holds it from step to step.
import type { Episode } from '../../protocol/policy.ts';
import { framed, frameRule } from './frame.ts';
import { rulesText } from './projectRules.ts';
import type { Prompt } from './prompt.ts';

const system = `You change a software repository, one planned step at a time, by calling tools. ${frameRule}
Work like this: look before you edit, make the smallest change that does the step, add or extend tests for its acceptance behaviours, run the tests, then call finish. Keep to the files of your step; for every other file that you change, finish wants a reason, which a person reads.
You are judged by gates that you cannot influence: the project's tests, an integrity gate (no test may be deleted, skipped or weakened; no new suppression; no edit to gate configuration, CI or .ratchet), and the repository's invariants. What you say about your work is not evidence. Paths are relative to the repository's top folder.`;

export function episodePrompt(episode: Episode): Prompt {
  const { step, plan, feature, findings, instructions, attempt } = episode;
  const steps = plan.steps.map(({ id, title }) => `- ${id}: ${title}`).join('\n');
  const rules = rulesText(episode.rules);
  const shared = [
    ...(rules === '' ? [] : [rules]),
    `The feature:\n${framed('feature', feature)}`,
    `The approved plan: ${plan.goal}\n${steps}`,
  ];
  const parts = [
    `Your step, ${step.id}: ${step.title}\n${step.description}`,
    `Files it expects: ${step.files.join(', ') || 'none named'}`,
    `It is done when tests show:\n${step.acceptance.map((line) => `- ${line}`).join('\n')}`,
  ];
  if (episode.way !== undefined)
    parts.push(
      `This is way ${episode.way.number} of ${episode.way.of} that are tried independently; the best is taken by what the gates say.${episode.way.number > 1 ? ' Where there is more than one sound design, take another than the first that comes to mind.' : ''}`,
    );
  if (findings.length > 0) {
    const listed = findings.slice(0, 30).map((finding) => {
      const place =
        finding.path === undefined
          ? ''
          : ` (${finding.path}${finding.range === undefined ? '' : `:${finding.range.startLine}`})`;
      return `- ${finding.rule}: ${finding.message}${place}${finding.evidence === undefined ? '' : `\n${finding.evidence.slice(0, 1_500)}`}`;
    });
    parts.push(
      `This is repair ${attempt}. Your earlier changes are still there; the gates found:\n${framed('findings', listed.join('\n'))}`,
    );
  }
  if (instructions !== null) parts.push(`A person reviewed the change and says:\n${framed('review', instructions)}`);
  return { system, shared: shared.join('\n\n'), own: parts.join('\n\n') };
}
