// Git as the context index sees it: lists of trees, blobs in one go, and the log. Reads only.
import type { Git } from '../gym/git.ts';
import { GitObjects } from '../gym/objects.ts';
import type { IndexedPath } from '../policies/context/contextIndex.ts';
import type { ContextSource } from '../policies/context/gatherContext.ts';
import { logArguments } from '../policies/context/history.ts';
import { parseTree, treeDifference } from './treeDifference.ts';

/** Blobs read by one process, so that their bytes are never all in memory. */
const blobsAtOnce = 500;
/** So few are asked of the process that stays. */
const fewBlobs = 40;

export function contextSource(git: Git): ContextSource & { dispose(): void } {
  const objects = new GitObjects(git, '--batch');
  const checks = new GitObjects(git, '--batch-check');
  return {
    dispose: () => {
      objects.dispose();
      checks.dispose();
    },
    list: async (tree) => {
      const listing = await git.raw(['ls-tree', '-r', '-l', '-z', '--full-tree', tree]);
      return listing.split('\0').flatMap((line) => {
        const [, blob, size, path] = /^100\d{3} blob ([0-9a-f]+)\s+(\d+)\t([\s\S]+)$/.exec(line) ?? [];
        return blob === undefined || path === undefined ? [] : [{ path, blob, size: Number(size) }];
      });
    },
    changes: async (before, after) => {
      const { gone, changed } = await treeDifference(before, after, async (id) => {
        const tree = await objects.get(id);
        if (tree?.kind !== 'tree') throw new Error(`Git has no tree ${id}.`);
        return parseTree(tree.bytes, id.length);
      });
      const sizes = await Promise.all(changed.map(async ({ blob }) => (await checks.get(blob))?.size ?? 0));
      return { gone, changed: changed.map((entry, at): IndexedPath => ({ ...entry, size: sizes[at] ?? 0 })) };
    },
    read: async (blobs, each) => {
      if (blobs.length <= fewBlobs) {
        for (const blob of blobs) {
          const found = await objects.get(blob);
          if (found?.kind !== 'blob') throw new Error(`Git has no blob ${blob}.`);
          each(blob, found.bytes);
        }
        return;
      }
      for (let first = 0; first < blobs.length; first += blobsAtOnce)
        await readBlobs(git, blobs.slice(first, first + blobsAtOnce), each);
    },
    head: async () => {
      const out = await git.bytes(['rev-parse', '--quiet', '--verify', 'HEAD^{commit}'], { codes: [0, 1] });
      const head = out.toString('latin1').trim();
      return head === '' ? undefined : head;
    },
    log: async (head) => await git.raw(logArguments(head)),
  };
}

async function readBlobs(
  git: Git,
  blobs: readonly string[],
  each: (blob: string, bytes: Uint8Array) => void,
): Promise<void> {
  const all = await git.bytes(['cat-file', '--batch', '--buffer'], { input: Buffer.from(`${blobs.join('\n')}\n`) });
  for (let at = 0; at < all.length; ) {
    const end = all.indexOf(10, at);
    const [blob = '', kind, size = '0'] = all.toString('latin1', at, end).split(' ');
    if (kind !== 'blob') throw new Error(`Git has no blob ${blob}.`);
    each(blob, all.subarray(end + 1, end + 1 + Number(size)));
    at = end + 2 + Number(size);
  }
}
