// Whether Node takes the scripts of a folder for modules. Tests of today that are laid over a commit from before its package went
// over to modules, or back, would not load there; one more file beside them says what they are.
import { posix } from 'node:path';
import * as z from 'zod';
import type { OverlayFile } from '../../protocol/investigation.ts';
import { parseJson } from '../../protocol/parseJson.ts';

const packageSchema = z.object({ type: z.string().optional() });
/** Scripts whose name does not say itself what they are. */
const script = /\.[jt]sx?$/;

export type ReadAt = (path: string) => Promise<Uint8Array | undefined>;

/** What is laid over a tree beside the tests: for each folder of theirs that would be taken for the wrong kind, its package file. */
export async function kindFiles(
  overlay: readonly OverlayFile[],
  today: ReadAt,
  tree: ReadAt,
): Promise<{ readonly path: string; readonly text: string }[]> {
  const folders = new Set(overlay.filter(({ path }) => script.test(path)).map(({ path }) => posix.dirname(path)));
  const laid = new Set(overlay.map(({ path }) => path));
  const files: { path: string; text: string }[] = [];
  for (const folder of [...folders].sort()) {
    const path = posix.join(folder, 'package.json');
    const isModule = await isModuleFolder(folder, today);
    // The package's own file is part of what is tried.
    if (folder === '.' || laid.has(path) || (await tree(path)) !== undefined) continue;
    if (isModule !== (await isModuleFolder(folder, tree)))
      files.push({ path, text: `${JSON.stringify({ type: isModule ? 'module' : 'commonjs' })}\n` });
  }
  return files;
}

async function isModuleFolder(folder: string, read: ReadAt): Promise<boolean> {
  for (let at = folder; ; at = posix.dirname(at)) {
    const bytes = await read(posix.join(at, 'package.json'));
    if (bytes !== undefined) {
      const parsed = packageSchema.safeParse(parseJson(new TextDecoder().decode(bytes)));
      return parsed.success && parsed.data.type === 'module';
    }
    if (at === '.') return false;
  }
}
