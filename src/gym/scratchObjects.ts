// A repository whose new objects go into a folder that is thrown away: the person's object store does not grow by what
// episodes write, and a garbage collection of theirs cannot take it away. Old objects are read where they are.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from './git.ts';

/** `below`: the folder of objects that is read where the own one has not what is asked for; the repository's by default. */
export async function scratchObjects(
  repository: Repository,
  folder: string,
  below: string = join(repository.commonDir, 'objects'),
): Promise<Repository> {
  await mkdir(join(folder, 'info'), { recursive: true });
  await mkdir(join(folder, 'pack'), { recursive: true });
  await writeFile(join(folder, 'info', 'alternates'), `${below.replaceAll('\\', '/')}\n`);
  return { ...repository, git: repository.git.writingTo(folder) };
}

/** Forgets what was written there. Nothing may refer to it any more, and no git may be at work in it. */
export async function emptyObjects(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name !== 'info') await rm(join(folder, name), { recursive: true, force: true });
  await mkdir(join(folder, 'pack'));
}
