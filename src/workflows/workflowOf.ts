// The workflows by the name that a journal has of them: what was begun is resumed and replayed as what it is.
import { type ExecutableWorkflow, executable } from '../controller/workflow.ts';
import type { JournalEntry } from '../protocol/journal.ts';
import { investigate } from './investigate.ts';
import { planFeature } from './planFeature.ts';

const workflows: readonly ExecutableWorkflow[] = [executable(planFeature), executable(investigate)];

/** Why a journal cannot be followed by this version, or null. A workflow that changed would not do what is recorded. */
export function workflowProblem(entries: readonly JournalEntry[]): string | null {
  const [first] = entries;
  if (first?.event.type !== 'runStarted') return 'The run never began.';
  const { workflow: name, workflowVersion: version } = first.event;
  const found = workflows.find((workflow) => workflow.name === name);
  if (found === undefined) return `This version has no workflow named ${name}.`;
  if (found.version === version) return null;
  return `The run was made by version ${version} of ${name}; this version of Ratchet has version ${found.version}. It can be looked at, and no longer be continued or replayed.`;
}

/** @throws Error when there is none of that name. */
export function workflowOf(name: string): ExecutableWorkflow {
  const found = workflows.find((workflow) => workflow.name === name);
  if (found === undefined) throw new Error(`There is no workflow named ${name}.`);
  return found;
}
