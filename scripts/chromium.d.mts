export const chromiumFlags: string[];
export function ensureChromium(say?: (text: string) => void): string | undefined;
