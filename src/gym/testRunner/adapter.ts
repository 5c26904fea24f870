// What every runner's adapter offers: how the runner is asked for a report, and how that report is read.
import type { ParsedReport } from './testResult.ts';

/** Names of files of one run; `quoted` is ready for a shell. */
export interface RunFiles {
  readonly report: string;
  readonly quoted: { readonly report: string; readonly helper: string };
}

export interface TestAdapter {
  readonly perTest: boolean;
  readonly takesFiles: boolean;
  /** Of every test its report says in which file it is; others say a package, a class or a target. */
  readonly tellsFiles?: true;
  /** The command with what makes it write its report. */
  command(command: string, files: RunFiles): string;
  /** Arguments, ready for a shell, by which the runner leaves out all tests but those of a name (suites and title joined by ` > `). */
  only?(name: string): string;
  /** Variables that the runner needs beside the scrubbed environment. */
  environment?(files: RunFiles): Record<string, string>;
  /** A script of ours that the command names by `files.quoted.helper`. */
  readonly helper?: string;
  /** Globs of reports that the runner writes into the project, for runners that cannot be told where. */
  readonly reportGlobs?: readonly string[];
  parse(input: AdapterInput): ParsedReport;
}

/** Reports are hostile text: readers never throw, and what they cannot read is an incomplete report. */
export interface AdapterInput {
  readonly cwd: string;
  /** The project's own command. */
  readonly command: string;
  readonly report: string | undefined;
  readonly stdout: string;
  /** Reports in the project that this run has written, by path relative to `cwd`. */
  readonly reportFiles: ReadonlyMap<string, string>;
}

export const missing: ParsedReport = { tests: [], errors: [], isComplete: false };
