// Many perspectives look at the same snapshot at the same time, and what they rest on is looked up. One that fails is missed,
// not fatal; none at all is.
import { ActivityError } from '../controller/errors.ts';
import type { Activities } from '../controller/workflow.ts';
import type { RepoContext } from '../protocol/policy.ts';
import type { PlanInput } from '../protocol/run.ts';
import { type MergedViews, mergeViews } from './mergeViews.ts';

export async function collectViews(input: PlanInput, context: RepoContext, act: Activities): Promise<MergedViews> {
  const asked = input.perspectives.map(async (perspective) => {
    const question = { kind: 'perspective' as const, feature: input.feature, perspective, context };
    try {
      return (await act.consider(question, `Perspective: ${perspective.name}`)).view;
    } catch (error) {
      if (error instanceof ActivityError) return error;
      throw error;
    }
  });
  const answers = await Promise.all(asked);
  const views = answers.flatMap((answer) => (answer instanceof ActivityError ? [] : [answer]));
  const firstFailure = answers.find((answer) => answer instanceof ActivityError);
  if (views.length === 0 && firstFailure !== undefined) throw firstFailure;
  const { problems } = await act.verifyViews({ tree: context.tree, views }, 'Evidence of the claims');
  return mergeViews(views, problems);
}
