// How many tokens a text is, roughly and always the same: the exact count is the provider's, and known only after asking.

/** Characters of code in one token, on the careful side. */
const charactersPerToken = 3.5;

export const tokensOf = (text: string): number => Math.ceil(text.length / charactersPerToken);

export const charactersFor = (tokens: number): number => Math.floor(tokens * charactersPerToken);
