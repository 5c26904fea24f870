// Git as the context index sees it: lists of trees, blobs in one go, and the log. Reads only.
import type { Git } from '../gym/git.ts';
import type { IndexedPath } from '../policies/context/contextIndex.ts';
import type { ContextSource } from '../policies/context/gatherContext.ts';
import { logArguments } from '../policies/context/history.ts';

/** Blobs read by one process, so that their bytes are never all in memory. */
const blobsAtOnce = 500;

export function contextSource(git: Git): ContextSource {
  return {
    list: async (tree) => {
      const listing = await git.raw(['ls-tree', '-r', '-l', '-z', '--full-tree', tree]);
      return listing.split('\0').flatMap((line) => {
        const [, blob, size, path] = /^100\d{3} blob ([0-9a-f]+)\s+(\d+)\t([\s\S]+)$/.exec(line) ?? [];
        return blob === undefined || path === undefined ? [] : [{ path, blob, size: Number(size) }];
      });
    },
    changes: async (before, after) => {
      const raw = await git.raw(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--full-index', before, after]);
      const parts = raw.split('\0');
      const gone: string[] = [];
      const found: { path: string; blob: string }[] = [];
      for (let at = 0; at + 1 < parts.length; at += 2) {
        const [, mode = '', , blob = ''] = (parts[at] ?? '').split(' ');
        const path = parts[at + 1] ?? '';
        // What is no ordinary file any more (a link, a submodule) is gone for the index.
        if (mode.startsWith('100')) found.push({ path, blob });
        else gone.push(path);
      }
      const sizes = await sizesOf(
        git,
        found.map(({ blob }) => blob),
      );
      return { gone, changed: found.map((entry): IndexedPath => ({ ...entry, size: sizes.get(entry.blob) ?? 0 })) };
    },
    read: async (blobs, each) => {
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

async function sizesOf(git: Git, blobs: readonly string[]): Promise<Map<string, number>> {
  if (blobs.length === 0) return new Map();
  const out = await git.bytes(['cat-file', '--batch-check'], { input: Buffer.from(`${blobs.join('\n')}\n`) });
  return new Map(
    out
      .toString('latin1')
      .split('\n')
      .flatMap((line): [string, number][] => {
        const [blob = '', kind, size] = line.split(' ');
        return kind === 'blob' ? [[blob, Number(size)]] : [];
      }),
  );
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
    if (kind !== 'blob') throw new Error(`Git does not have the blob ${blob}.`);
    each(blob, all.subarray(end + 1, end + 1 + Number(size)));
    at = end + 2 + Number(size);
  }
}
