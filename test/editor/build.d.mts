export function buildSuite(): Promise<{ readonly file: string; remove(): void }>;
