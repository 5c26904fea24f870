// The workspace as plain files, for the CLI. All or nothing: every expectation is checked before the first write, and a
// write that fails takes the others back.
import { chmod, lstat, mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Workspace, WorkspaceEdit } from '../host/api.ts';
import { failure, success } from '../protocol/result.ts';

export function fileWorkspace(root: string): Workspace {
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const there = await lstat(join(root, path)).catch(() => undefined);
    return there?.isFile() === true ? await readFile(join(root, path)) : undefined;
  };
  return {
    unsaved: async () => new Map(),
    read,
    apply: async (edits) => {
      for (const { path, expected } of edits) {
        const refused = await outside(root, path);
        if (refused !== null) return failure('refused', refused);
        const current = await read(path);
        if (!same(current, expected)) return failure('stale', `${path} was changed meanwhile; nothing was written.`);
      }
      const done: WorkspaceEdit[] = [];
      try {
        for (const edit of edits) {
          done.push(edit);
          await write(root, edit.path, edit.content, edit.executable);
        }
        return success(undefined);
      } catch (error) {
        for (const { path, expected } of done.reverse())
          await write(root, path, expected, undefined).catch(() => undefined);
        const message = error instanceof Error ? error.message : String(error);
        return failure('writeFailed', `Nothing was changed, since a file could not be written: ${message}`);
      }
    },
  };
}

async function write(
  root: string,
  path: string,
  content: Uint8Array | undefined,
  executable: boolean | undefined,
): Promise<void> {
  const absolute = join(root, path);
  if (content === undefined) return await rm(absolute, { force: true });
  await mkdir(dirname(absolute), { recursive: true });
  // In place, so that editors and watchers keep the file they have open.
  await writeFile(absolute, content);
  if (executable === undefined) return;
  const { mode } = await stat(absolute);
  await chmod(absolute, executable ? mode | 0o111 : mode & ~0o111);
}

/** Why a path may not be written, or null. A link on the way could lead anywhere. */
async function outside(root: string, path: string): Promise<string | null> {
  const real = await realpath(root);
  for (let part = dirname(join(real, path)); part.length > real.length; part = dirname(part)) {
    const there = await realpath(part).catch(() => undefined);
    if (there !== undefined && !`${there}${sep}`.startsWith(`${real}${sep}`))
      return `${path} leads out of the repository through a link.`;
  }
  const there = await lstat(join(real, path)).catch(() => undefined);
  return there !== undefined && !there.isFile() ? `${path} is not a regular file.` : null;
}

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
