// CPU profiles of two commits in turns, by functions of the project. A process of Node loads the profiler by itself; where none
// runs there is no profile, and that is said.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readReport } from '../../../gym/testRunner/reportFiles.ts';
import { profileScript } from '../../../gym/timing/profileScript.ts';
import { functionTimes } from '../../../gym/timing/readProfile.ts';
import type { ActivityInput, ActivityOutput } from '../../../protocol/activities.ts';
import { type Result, success } from '../../../protocol/result.ts';
import type { FunctionTime } from '../../../protocol/timing.ts';
import { orderOfPairs } from '../../../workflows/investigation/timing/seededRandom.ts';
import type { ActivityContext } from '../../activityContext.ts';
import { onBothSides, type Side, type Sides, type SidesParts, sidesFrom } from './bothSides.ts';

/** Processes of one run whose profiles are read. */
const maxProfiles = 64;

type Profiles = ActivityOutput<'profilePair'>;

export async function profilePair(
  input: ActivityInput<'profilePair'>,
  parts: SidesParts,
  context: ActivityContext,
): Promise<Result<Profiles>> {
  const ran = await onBothSides(input, parts, context, async (sides) => await turns(input, sides));
  if (!ran.ok) return ran;
  return success('value' in ran.value ? ran.value.value : { before: [], after: [], message: ran.value.message });
}

async function turns({ runs, seed }: ActivityInput<'profilePair'>, sides: Sides): Promise<Result<Profiles>> {
  const found: Record<Side, FunctionTime[][]> = { before: [], after: [] };
  for (const first of orderOfPairs(runs, seed))
    for (const side of sidesFrom(first)) {
      const profile = await profileOnce(side, sides);
      if (!profile.ok) return profile;
      if (typeof profile.value === 'string') return success({ before: [], after: [], message: profile.value });
      found[side].push(profile.value);
    }
  return success({ ...found, message: '' });
}

/** A text says why there is no profile. */
async function profileOnce(side: Side, sides: Sides): Promise<Result<FunctionTime[] | string>> {
  const folder = join(sides.cache(side), `profile-${randomUUID()}`);
  const script = join(folder, 'profile.cjs');
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(script, profileScript(folder));
    const ran = await sides.run(side, { env: { NODE_OPTIONS: `--require=${JSON.stringify(script)}` } });
    if (!ran.ok) return ran;
    if (ran.value.time === null) return success(`With the profiler, the run fails: ${ran.value.message}`);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile')).sort();
    const texts: string[] = [];
    for (const name of names.slice(0, maxProfiles)) texts.push((await readReport(join(folder, name))) ?? '');
    const times = functionTimes(texts, await sides.roots(side));
    return success(times.length === 0 ? 'No process of Node ran code of the project to its end.' : times);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
