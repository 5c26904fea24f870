// Judges one case of the corpus with the real gate and the real engine, over trees that are held in memory.
import type { GateResult } from '../../../src/gates/gate.ts';
import { integrityGate } from '../../../src/gates/integrity.ts';
import type { TreeChange, TreeReader } from '../../../src/gates/treeReader.ts';
import type { InvariantEngine } from '../../../src/invariants/engine.ts';
import { gateContext } from '../../helpers/gates.ts';
import type { CorpusCase } from './corpus.ts';

export async function judgeCase({ base, change }: CorpusCase, engine: InvariantEngine): Promise<GateResult> {
  const before = new Map(Object.entries(base));
  const after = new Map(before);
  for (const [path, text] of Object.entries(change)) {
    if (text === null) after.delete(path);
    else after.set(path, text);
  }
  return await integrityGate.judge(
    gateContext({ baseTree: 'base', candidateTree: 'candidate', files: readerOf(before, after), engine }),
  );
}

type Tree = ReadonlyMap<string, string | Uint8Array>;

function readerOf(before: Tree, after: Tree): TreeReader {
  const encoder = new TextEncoder();
  return {
    list: async () => [],
    read: async (tree, path) => {
      const text = (tree === 'base' ? before : after).get(path);
      return typeof text === 'string' ? encoder.encode(text) : text;
    },
    changed: async () => changesBetween(before, after),
  };
}

/** As git tells it; a file that is the same under another name is a rename. */
function changesBetween(before: Tree, after: Tree): TreeChange[] {
  const changes: TreeChange[] = [];
  const gone = [...before.keys()].filter((path) => !after.has(path));
  for (const [path, text] of after) {
    const old = before.get(path);
    if (old === text) continue;
    const source = old === undefined ? gone.find((candidate) => before.get(candidate) === text) : undefined;
    if (source !== undefined) gone.splice(gone.indexOf(source), 1);
    changes.push({
      path,
      kind: old === undefined && source === undefined ? 'added' : 'modified',
      oldPath: source ?? null,
    });
  }
  return [...changes, ...gone.map((path): TreeChange => ({ path, kind: 'deleted', oldPath: null }))];
}
