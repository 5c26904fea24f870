// The workflows by the name that a journal has of them: what was begun is resumed and replayed as what it is.
import { type ExecutableWorkflow, executable } from '../controller/workflow.ts';
import { investigate } from './investigate.ts';
import { planFeature } from './planFeature.ts';

const workflows: readonly ExecutableWorkflow[] = [executable(planFeature), executable(investigate)];

export const isKnownWorkflow = (name: string): boolean => workflows.some((workflow) => workflow.name === name);

/** @throws Error when there is none of that name. */
export function workflowOf(name: string): ExecutableWorkflow {
  const found = workflows.find((workflow) => workflow.name === name);
  if (found === undefined) throw new Error(`There is no workflow named ${name}.`);
  return found;
}
