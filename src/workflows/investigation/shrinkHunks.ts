// Delta debugging: from a set of hunks that shows the symptom to one from which no hunk can be left out.
// Deterministic; it asks for runs and never guesses.

export interface Shrunk {
  readonly ids: readonly string[];
  readonly runs: number;
  /** False when the runs did not suffice to try every single hunk. */
  readonly isMinimal: boolean;
}

/** True when a subset shows the symptom; whatever else it shows is no. */
export type ShowsSymptom = (ids: readonly string[]) => Promise<boolean>;

/** `all` is known to show the symptom, and nothing at all not to. Asks at most `limit` times. */
export async function shrinkHunks(all: readonly string[], limit: number, shows: ShowsSymptom): Promise<Shrunk> {
  let ids = [...all];
  let parts = 2;
  let runs = 0;
  const asked = new Set<string>();
  const ask = async (subset: readonly string[]): Promise<boolean> => {
    const key = subset.join(' ');
    if (subset.length === 0 || asked.has(key)) return false;
    asked.add(key);
    runs += 1;
    return await shows(subset);
  };
  while (ids.length > 1) {
    const chunks = split(ids, parts);
    const complements = parts === 2 ? [] : chunks.map((chunk) => ids.filter((id) => !chunk.includes(id)));
    let smaller: string[] | undefined;
    for (const subset of [...chunks, ...complements]) {
      if (runs >= limit) return { ids, runs, isMinimal: false };
      if (!(await ask(subset))) continue;
      smaller = subset;
      break;
    }
    if (smaller !== undefined) {
      parts = chunks.includes(smaller) ? 2 : Math.max(2, parts - 1);
      ids = smaller;
    } else if (parts >= ids.length) return { ids, runs, isMinimal: true };
    else parts = Math.min(ids.length, parts * 2);
    parts = Math.min(parts, Math.max(2, ids.length));
  }
  return { ids, runs, isMinimal: true };
}

function split(ids: readonly string[], parts: number): string[][] {
  const chunks: string[][] = [];
  for (let part = 0; part < parts; part += 1) {
    const chunk = ids.slice(Math.floor((part * ids.length) / parts), Math.floor(((part + 1) * ids.length) / parts));
    if (chunk.length > 0) chunks.push(chunk);
  }
  return chunks;
}
