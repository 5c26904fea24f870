// How the tests of today are run. Old commits are run the same way: today's tests and dependencies need today's runner.
import * as z from 'zod';
import type { Repository } from '../../gym/git.ts';
import { readFileAt } from '../../gym/snapshot.ts';
import type { RatchetConfig } from '../../protocol/config.ts';

const packageSchema = z.object({ scripts: z.object({ test: z.string().optional() }).optional() });
/** npm writes this script into every new package; it is no test command. */
const npmDefault = /no test specified/;

export async function testsOfToday(
  repository: Repository,
  todayTree: string,
  tests: RatchetConfig['tests'],
): Promise<RatchetConfig['tests']> {
  if (tests.command !== undefined) return tests;
  const bytes = await readFileAt(repository, todayTree, 'package.json');
  const script = bytes === undefined ? undefined : scriptOf(new TextDecoder().decode(bytes));
  return script === undefined || npmDefault.test(script) ? tests : { ...tests, command: script };
}

function scriptOf(text: string): string | undefined {
  try {
    const parsed = packageSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.scripts?.test : undefined;
  } catch {
    return undefined;
  }
}
