// A test command and the runner whose results it gives.
import type { TestRunnerName } from '../../protocol/testReport.ts';

export interface TestCommand {
  readonly runner: TestRunnerName;
  /** What a shell runs, with `prefix` before and the runner's own arguments behind it: `prefix` + `command`. */
  readonly command: string;
}
