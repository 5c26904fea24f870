// How the tests of today are run. Old commits are run the same way: today's tests and dependencies need today's runner, and the
// scripts of an old package file may be others.
import type { Repository } from '../../gym/git.ts';
import { readFileAt } from '../../gym/snapshot.ts';
import { standingCommand } from '../../gym/testRunner/detect.ts';
import type { RatchetConfig } from '../../protocol/config.ts';

export async function testsOfToday(
  repository: Repository,
  todayTree: string,
  tests: RatchetConfig['tests'],
): Promise<RatchetConfig['tests']> {
  const textOf = async (path: string) => {
    const bytes = await readFileAt(repository, todayTree, path);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  };
  const [packageText, ...settings] = await Promise.all(['package.json', '.nycrc', '.nycrc.json'].map(textOf));
  const command = standingCommand(packageText, tests.command, settings.join('\n'));
  return command === undefined ? tests : { ...tests, command };
}
