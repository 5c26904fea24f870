// What is found of one item of the feature contract, and the places in a change that ask for one.
import type { ContractItem } from '../../protocol/contract.ts';
import type { Change, ChangedFile } from './change.ts';
import { type CodeFacts, type Place, short } from './facts.ts';
import { routeFile, routeLine } from './signs.ts';

/** What is missing, where a person looks for it. */
export interface Miss {
  readonly message: string;
  readonly path?: string;
  readonly line?: number;
}

export interface Judged extends Omit<ContractItem, 'item'> {
  readonly misses: readonly Miss[];
}

/** What the items look at beside the change itself. */
export interface Surroundings {
  readonly facts: CodeFacts;
  /** Texts of the candidate: what declares where features run, pipelines, and manifests of dependencies. */
  readonly infrastructure: ReadonlyMap<string, string>;
  readonly pipelines: ReadonlyMap<string, string>;
  readonly manifests: ReadonlyMap<string, string>;
  /** What accepted plans of this change ask for. */
  readonly plans: readonly { readonly path: string; readonly rollback: string }[];
}

export const notApplicable = (reason: string): Judged => ({
  status: 'notApplicable',
  reason,
  evidence: [],
  misses: [],
});
export const passed = (reason: string, evidence: readonly string[]): Judged => ({
  ...{ status: 'passed', reason, misses: [] },
  evidence: [...new Set(evidence)].slice(0, 20),
});
export const failed = (reason: string, misses: readonly Miss[], evidence: readonly string[] = []): Judged => ({
  ...{ status: 'failed', reason, misses },
  evidence: [...new Set(evidence)].slice(0, 20),
});
export const unproven = (reason: string, evidence: readonly string[]): Judged => ({
  ...{ status: 'unproven', reason, misses: [] },
  evidence: [...new Set(evidence)].slice(0, 20),
});

export const files = (count: number): string => `${count} ${count === 1 ? 'file' : 'files'}`;
export const firstLine = ({ added }: ChangedFile): number => [...added.keys()][0] ?? 1;
export const at = ({ path, line, what }: Place): string => `${path}:${line} ${what}`.trim();

/** Code that a boundary runs through: by calls in new lines, or because it opens a way in. */
export function boundaryPlaces({ sources }: Change, { boundaries }: CodeFacts): Place[] {
  return [...boundaries, ...routes(sources)];
}

export function routes(sources: readonly ChangedFile[]): Place[] {
  return sources.flatMap(({ path, kind, added }) => {
    const lines = [...added].filter(([, text]) => routeLine.test(text));
    if (lines.length === 0 && kind === 'added' && routeFile.test(path)) return [{ path, line: 1, what: 'a new route' }];
    return lines.map(([line, text]) => ({ path, line, what: short(text) }));
  });
}

export const onePerFile = (places: readonly Place[]): Place[] => [
  ...new Map([...places].reverse().map((place) => [place.path, place])).values(),
];
