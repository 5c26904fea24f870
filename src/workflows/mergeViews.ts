// From what perspectives say to what is taken over: claims whose evidence holds, and the places where they want different things.
// Pure, and the controller's own: no model decides what counts as evidence.
import type { Claim, Conflict, DroppedClaim, PerspectiveRecord, PerspectiveView } from '../protocol/plan.ts';

export interface MergedViews {
  readonly views: PerspectiveView[];
  readonly dropped: DroppedClaim[];
  readonly conflicts: Conflict[];
}

/** Lines that are still the same place. */
const nearby = 2;

/** `problems` has one entry for each claim of each view, in their order: what is wrong with its evidence, or null. */
export function mergeViews(
  views: readonly PerspectiveView[],
  problems: readonly (readonly (string | null)[])[],
): MergedViews {
  const dropped: DroppedClaim[] = [];
  const kept = views.map((view, at) => ({
    ...view,
    claims: view.claims.filter(({ statement }, index) => {
      const problem = problems[at]?.[index] ?? null;
      if (problem !== null) dropped.push({ perspective: view.perspective, statement, reason: problem });
      return problem === null;
    }),
  }));
  const merged = withoutRepeats(kept);
  return { views: merged, dropped, conflicts: conflictsOf(merged) };
}

/** The same sentence about the same place is said once, by whom it came first. */
function withoutRepeats(views: readonly PerspectiveView[]): PerspectiveView[] {
  const seen = new Set<string>();
  return views.map((view) => ({
    ...view,
    claims: view.claims.filter(({ statement, path, line }) => {
      const key = `${path ?? ''}:${line ?? ''} ${words(statement)}`;
      return seen.has(key) ? false : seen.add(key);
    }),
  }));
}

const words = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

type Stand = { perspective: string; claim: Claim; stance: 'change' | 'keep' };

/** Places that one perspective wants changed and another wants kept. */
function conflictsOf(views: readonly PerspectiveView[]): Conflict[] {
  const stands = views.flatMap(({ perspective, claims }) =>
    claims.flatMap((claim): Stand[] => (claim.stance == null ? [] : [{ perspective, claim, stance: claim.stance }])),
  );
  const places: Stand[][] = [];
  for (const stand of stands) {
    const place = places.find((others) => others.some(({ claim }) => isSamePlace(claim, stand.claim)));
    if (place === undefined) places.push([stand]);
    else place.push(stand);
  }
  return places
    .filter((place) => place.some(({ stance }) => stance === 'change') && place.some(({ stance }) => stance === 'keep'))
    .map((place, index) => ({
      id: `c${index + 1}`,
      place: nameOf(place),
      sides: place.map(({ perspective, stance, claim }) => ({ perspective, stance, statement: claim.statement })),
    }));
}

function isSamePlace(a: Claim, b: Claim): boolean {
  if (a.path === null || a.path !== b.path) return false;
  if (a.line === null || b.line === null) return a.line === b.line;
  return Math.abs(a.line - b.line) <= nearby;
}

function nameOf([first]: readonly Stand[]): string {
  const { path, line } = first?.claim ?? {};
  return line == null ? (path ?? '') : `${path}:${line}`;
}

/** What each perspective was worth: `accepted` are the paths that the person took over. */
export function recordsOf(
  { views, dropped }: Pick<MergedViews, 'views' | 'dropped'>,
  accepted: ReadonlySet<string>,
): PerspectiveRecord[] {
  return views.map(({ perspective, claims }) => ({
    name: perspective,
    kept: claims.length,
    refuted: dropped.filter((claim) => claim.perspective === perspective).length,
    useful: claims.filter(({ path }) => path !== null && accepted.has(path)).length,
  }));
}
