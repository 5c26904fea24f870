// Files on disk, and the git that knows of them.
import type { Git, GitBytesOptions } from './git.ts';

export interface Place {
  readonly git: Git;
  /** Where the files are: git's own folder too. */
  readonly root: string;
  readonly options: GitBytesOptions;
}
