// What lies on the way to a path: git does not look behind a link, nor into a repository inside.
import { lstat } from 'node:fs/promises';
import { absolutePath, foldersOf, type PathBytes } from './pathBytes.ts';

export type WayTest = (path: PathBytes) => Promise<boolean>;

/** Whether every folder on the way to a path is a real folder. Answers are remembered. */
export function realWay(root: string): WayTest {
  const isFolder = remembered(async (folder) =>
    lstat(absolutePath(root, folder)).then(
      (stat) => stat.isDirectory(),
      () => false,
    ),
  );
  return async (path) => {
    for (const folder of foldersOf(path)) if (!(await isFolder(folder))) return false;
    return true;
  };
}

/** Whether a path is outside of every repository that lies inside the root. Answers are remembered. */
export function ownWay(root: string): WayTest {
  const isRepository = remembered(async (folder) =>
    lstat(absolutePath(root, `${folder}/.git`)).then(
      () => true,
      () => false,
    ),
  );
  return async (path) => {
    for (const folder of foldersOf(path)) if (await isRepository(folder)) return false;
    return true;
  };
}

function remembered(ask: WayTest): WayTest {
  const answers = new Map<PathBytes, Promise<boolean>>();
  return async (path) => {
    const answer = answers.get(path) ?? ask(path);
    answers.set(path, answer);
    return await answer;
  };
}
