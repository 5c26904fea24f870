// What a step may touch without a reason: the files that the approved plan names. Pure.
import type { PlanStep } from '../protocol/plan.ts';

/** Of the paths that have changed since `before`, those outside of the step's list. A name that ends with a slash is a folder. */
export function outsideOf(
  step: Pick<PlanStep, 'files'>,
  changedPaths: readonly string[],
  before: readonly string[],
): string[] {
  const isNamed = (path: string) =>
    step.files.some((name) => {
      const clean = name.replace(/^\.\//, '');
      return path === clean || path.startsWith(clean.endsWith('/') ? clean : `${clean}/`);
    });
  return changedPaths.filter((path) => !before.includes(path) && !isNamed(path));
}

/** The question that the policy gets instead of an end, once. */
export function askForReasons(paths: readonly string[]): string {
  const listed = paths.map((path) => `- ${path}`).join('\n');
  return `Not finished yet. These changed files are not in the step's list:\n${listed}\nUndo what the step does not need. For what it does need, call finish again and give a reason for each in \`outside\`. The person who reviews the change reads it.`;
}
