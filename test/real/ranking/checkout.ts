// A clone of a library with its packages, in which one commit after the other is checked out.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Checkout {
  readonly folder: string;
  readonly git: (...args: string[]) => string;
}

/** @param folder where clones are kept from one time to the next. Undefined without a clone to start from. */
export function checkoutOf(repository: string, at: string | undefined, folder: string): Checkout | undefined {
  const clones = resolve(process.env.RATCHET_REAL_REPOS ?? '');
  const name = repository.replace('/', '+');
  const from = [join(clones, name, 'repo'), join(clones, repository.split('/')[1] ?? '')].find((path) =>
    existsSync(path),
  );
  if (process.env.RATCHET_REAL_REPOS === undefined || from === undefined) return undefined;
  const work = join(folder, name);
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: work, encoding: 'utf8', maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'ignore'] });
  if (!existsSync(work)) {
    execFileSync('git', ['clone', '-q', '--shared', from, work], { stdio: 'ignore' });
    git('checkout', '-q', '--detach', at ?? 'HEAD');
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    execFileSync('npm', [...install, '--legacy-peer-deps'], { cwd: work, stdio: 'ignore' });
  }
  return { folder: work, git };
}

/** The code as it is at `revision`, the tests as they are at `tests`. */
export function place({ git }: Checkout, revision: string, tests: { at: string; paths: readonly string[] }): void {
  git('checkout', '-q', '--force', '--detach', revision);
  git('checkout', '-q', '--force', tests.at, '--', ...tests.paths);
}
