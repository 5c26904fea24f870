// What one test ran through, whatever tool has measured it: lines and functions of the project's files.

export interface FunctionRange {
  /** Empty for the code of a file that is in no function. */
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
  /** The first line that runs with the function only; what stands before it runs with the code around. */
  readonly bodyLine: number;
}

export interface TestCoverage {
  readonly file: string;
  /** As the runner's report has it. */
  readonly name: string;
  /** By path relative to the worktree. */
  readonly lines: ReadonlyMap<string, ReadonlySet<number>>;
}

export interface CoverageRun {
  readonly tests: readonly TestCoverage[];
  /** The functions of the files that are named in `tests`. */
  readonly functions: ReadonlyMap<string, readonly FunctionRange[]>;
}
