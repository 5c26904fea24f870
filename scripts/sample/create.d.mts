/** Returns the number of commits; 0 when the sample is there already. */
export function createSample(directory: string): number;
