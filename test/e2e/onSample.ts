// An editor on a fresh sample project for all tests of a file: made before the first, gone after the last.
import { afterAll, beforeAll } from 'vitest';
import { newSample, type Sample, Workbench, type WorkbenchOptions } from './workbench.ts';

interface OnSample extends Omit<WorkbenchOptions, 'folder'> {
  /** Before the editor opens. */
  readonly prepare?: (sample: Sample) => void;
}

/** The workbench can be used in tests and hooks, and not before. */
export function onSample({ prepare, ...options }: OnSample = {}): { sample: Sample; workbench: Workbench } {
  const sample = newSample();
  const workbench = new Workbench({ ...options, folder: sample.folder });
  beforeAll(async () => {
    prepare?.(sample);
    await workbench.start();
  });
  afterAll(async () => {
    await workbench.close();
    sample.remove();
  });
  return { sample, workbench };
}
