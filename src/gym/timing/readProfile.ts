// From CPU profiles as V8 writes them to the time of each function of the project. What the runtime does for a function, such as
// sorting or matching, counts as that function's own; what no function of the project called is left out. Hostile text is no profile.
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import type { FunctionTime } from '../../protocol/timing.ts';
import { relativeTo } from '../testRunner/testResult.ts';

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  samples: z.array(z.number()),
  /** Microseconds from each sample to the one before. */
  timeDeltas: z.array(z.number()),
});
type Profile = z.infer<typeof profileSchema>;

/** Functions of one run beyond this many, the lightest, are left out. */
const maxFunctions = 400;

interface Tally {
  readonly path: string;
  readonly name: string;
  line: number;
  heaviest: number;
  self: number;
  total: number;
}

/** `roots`: the worktree first, then where links in it lead. All processes of one run together. */
export function functionTimes(texts: readonly string[], roots: readonly string[]): FunctionTime[] {
  const tallies = new Map<string, Tally>();
  for (const text of texts) {
    const parsed = profileSchema.safeParse(parseJson(text));
    if (parsed.success) add(parsed.data, roots, tallies);
  }
  return [...tallies.values()]
    .sort((a, b) => b.total - a.total || (a.path < b.path ? -1 : 1))
    .slice(0, maxFunctions)
    .map(({ path, name, line, self, total }) => ({ path, name, line, selfMs: self / 1000, totalMs: total / 1000 }));
}

function add({ nodes, samples, timeDeltas }: Profile, roots: readonly string[], tallies: Map<string, Tally>): void {
  const micros = new Map<number, number>();
  samples.forEach((id, index) => {
    micros.set(id, (micros.get(id) ?? 0) + Math.max(0, timeDeltas[index] ?? 0));
  });
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const [id, time] of micros) {
    let own: Tally | undefined;
    const onStack = new Set<Tally>();
    const walked = new Set<number>();
    for (let at: number | undefined = id; at !== undefined && !walked.has(at); at = parents.get(at)) {
      walked.add(at);
      const node = byId.get(at);
      const tally = node === undefined ? undefined : tallyOf(node.callFrame, roots, tallies);
      if (tally === undefined || node === undefined) continue;
      if (own === undefined) {
        own = tally;
        // Functions of one name in one file are told together, by the place of the heaviest.
        if (time > tally.heaviest) {
          tally.heaviest = time;
          tally.line = node.callFrame.lineNumber + 1;
        }
      }
      onStack.add(tally);
    }
    if (own !== undefined) own.self += time;
    for (const tally of onStack) tally.total += time;
  }
}

function tallyOf(
  { functionName, url, lineNumber }: Profile['nodes'][number]['callFrame'],
  roots: readonly string[],
  tallies: Map<string, Tally>,
): Tally | undefined {
  if (url === '' || url.startsWith('node:') || lineNumber < 0) return undefined;
  const plain = decoded(url);
  const path = roots.map((root) => relativeTo(root, plain)).find((relative) => !/^(?:\/|[A-Za-z]+:)/.test(relative));
  if (path === undefined) return undefined;
  const name = functionName !== '' ? functionName : lineNumber === 0 ? '(module)' : '(anonymous)';
  const key = `${path}\n${name}`;
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const made: Tally = { path, name, line: lineNumber + 1, heaviest: 0, self: 0, total: 0 };
  tallies.set(key, made);
  return made;
}

function decoded(url: string): string {
  if (!url.startsWith('file://')) return url;
  try {
    return decodeURIComponent(url.slice('file://'.length));
  } catch {
    return url.slice('file://'.length);
  }
}
