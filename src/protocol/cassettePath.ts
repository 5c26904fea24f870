// How a run that was exported to a file is told from one that is named by its id.

/** Ids have neither a dot nor a slash. */
export const isCassettePath = (given: string): boolean => /[./\\]/.test(given);
