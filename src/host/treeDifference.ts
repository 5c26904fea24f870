// What differs between two trees, read from the tree objects themselves: only folders that differ are looked into.

export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
}

export interface TreeDifference {
  /** Ordinary files of the tree before that are none in the tree after. */
  readonly gone: string[];
  /** Ordinary files that are new or have another content or mode. */
  readonly changed: { path: string; blob: string }[];
}

export type ReadTree = (id: string) => Promise<ReadonlyMap<string, TreeEntry>>;

/** The bytes of a tree object: mode, space, name, NUL, then the id in half as many bytes as its text has characters. */
export function parseTree(bytes: Buffer, idLength: number): Map<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const nul = bytes.indexOf(0, space);
    const next = nul + 1 + idLength / 2;
    const id = bytes.toString('hex', nul + 1, next);
    entries.set(bytes.toString('utf8', space + 1, nul), { mode: bytes.toString('latin1', at, space), id });
    at = next;
  }
  return entries;
}

const isFolder = (entry: TreeEntry | undefined): entry is TreeEntry => entry?.mode === '40000';
const isFile = (entry: TreeEntry | undefined): entry is TreeEntry => entry?.mode.startsWith('100') === true;
const none: ReadonlyMap<string, TreeEntry> = new Map();

export async function treeDifference(before: string, after: string, read: ReadTree): Promise<TreeDifference> {
  const difference: TreeDifference = { gone: [], changed: [] };
  const compare = async (
    old: ReadonlyMap<string, TreeEntry>,
    now: ReadonlyMap<string, TreeEntry>,
    folder: string,
  ): Promise<void> => {
    for (const name of new Set([...old.keys(), ...now.keys()])) {
      const [was, is] = [old.get(name), now.get(name)];
      if (was?.id === is?.id && was?.mode === is?.mode) continue;
      const path = `${folder}${name}`;
      if (isFile(is)) difference.changed.push({ path, blob: is.id });
      else if (isFile(was)) difference.gone.push(path);
      if (isFolder(was) || isFolder(is))
        await compare(isFolder(was) ? await read(was.id) : none, isFolder(is) ? await read(is.id) : none, `${path}/`);
    }
  };
  await compare(await read(before), await read(after), '');
  return difference;
}
