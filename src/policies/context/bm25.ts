// BM25 over anything that counts words (Robertson and Zaragoza, 2009; k1 and b as they advise). Pure.

export interface Countable {
  readonly length: number;
  /** How often each wanted word stands in it, by the word's place in the query. */
  readonly counts: readonly (readonly [word: number, count: number])[];
}

export interface Bm25Options {
  readonly k1?: number;
  readonly b?: number;
}

/** Scores, and which words gave most, in the order of the documents. `weights` is how much each word of the query counts. */
export function bm25(
  documents: readonly Countable[],
  weights: readonly number[],
  { k1 = 1.2, b = 0.75 }: Bm25Options = {},
): { scores: Float64Array; rarity: number[] } {
  const having = weights.map(() => 0);
  let total = 0;
  for (const { counts, length } of documents) {
    total += length;
    for (const [word] of counts) having[word] = (having[word] ?? 0) + 1;
  }
  const average = Math.max(1, total / Math.max(1, documents.length));
  const rarity = having.map((count) => Math.log(1 + (documents.length - count + 0.5) / (count + 0.5)));
  const scores = new Float64Array(documents.length);
  documents.forEach(({ counts, length }, index) => {
    const norm = k1 * (1 - b + (b * length) / average);
    let score = 0;
    for (const [word, count] of counts)
      score += ((rarity[word] ?? 0) * (weights[word] ?? 0) * count * (k1 + 1)) / (count + norm);
    scores[index] = score;
  });
  return { scores, rarity };
}
