// What a file of data is read into: a value, and where its parts are.

/** Offsets of a value in the text. */
export type Span = readonly [start: number, end: number];

export interface DataDocument {
  readonly value: unknown;
  /** Where the value at a location is; undefined when only the file is known. */
  readonly spanOf: (location: readonly (string | number)[]) => Span | undefined;
}
