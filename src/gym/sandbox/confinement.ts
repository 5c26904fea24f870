// What one command may reach, as absolute paths and names. Data alone: nothing here starts or looks at anything.
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Confinement {
  /** Where the command starts; it may write there. */
  readonly cwd: string;
  /** A folder of this command alone; it may write there, and its temporary files go to `temporary` in it. */
  readonly scratch: string;
  readonly temporary: string;
  /** Other folders it may write. */
  readonly write: readonly string[];
  /** Folders that it must see although they lie where temporary files do. */
  readonly visible: readonly string[];
  /** `none`; `all`; or a proxy that lets chosen hosts through, as a socket's path (Linux) or a port (macOS). */
  readonly network: 'none' | 'all' | { readonly socket: string } | { readonly port: number };
}

/** A command line for the system's shell, ready to be started. */
export interface ConfinedCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** Where people keep keys, sessions and tokens. A sandbox shows them empty, unless the configuration opens them. */
export const secretPaths = (home = homedir()): string[] =>
  [
    '.ssh',
    '.gnupg',
    '.aws',
    '.azure',
    '.kube',
    '.docker',
    '.netrc',
    '.git-credentials',
    '.npmrc',
    '.pypirc',
    '.vault-token',
    '.password-store',
    '.claude',
    '.claude.json',
    '.anthropic',
    '.config/gh',
    '.config/gcloud',
    '.config/git/credentials',
    '.config/anthropic',
    '.config/google-chrome',
    '.config/chromium',
    '.config/Code',
    '.mozilla',
    '.local/share/keyrings',
    '.cargo/credentials.toml',
    '.gem/credentials',
    '.m2/settings-security.xml',
    '.bash_history',
    '.zsh_history',
    'Library/Keychains',
    'Library/Application Support/Google',
    'Library/Application Support/Code',
  ].map((path) => join(home, path));

export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
