// Which price zone lies between two countries.

export type Zone = 'domestic' | 'neighbour' | 'union' | 'world';

const neighbours: Readonly<Record<string, readonly string[]>> = {
  DE: ['AT', 'BE', 'CH', 'CZ', 'DK', 'FR', 'LU', 'NL', 'PL'],
  FR: ['BE', 'CH', 'DE', 'ES', 'IT', 'LU'],
  NL: ['BE', 'DE'],
};

const union = new Set(['AT', 'BE', 'CZ', 'DE', 'DK', 'ES', 'FI', 'FR', 'IE', 'IT', 'LU', 'NL', 'PL', 'PT', 'SE']);

export function zoneBetween(from: string, to: string): Zone {
  if (from === to) return 'domestic';
  if (neighbours[from]?.includes(to) === true) return 'neighbour';
  return union.has(from) && union.has(to) ? 'union' : 'world';
}
