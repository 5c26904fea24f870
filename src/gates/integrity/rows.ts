// Two rows of a table of cases: whether they give the same and expect something else. Pure.

const named = /^["'`]?(\w*(?:want|expect|result|output|status|err)\w*)["'`]?[:=]/i;

export function expectsOther(before: string, after: string): boolean {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (old.length !== now.length || old.length < 2) return false;
  const differing = old.flatMap((value, index) => (value === now[index] ? [] : [index]));
  const isNamed = old.some((value) => named.test(value));
  const expectations = isNamed ? old.flatMap((value, index) => (named.test(value) ? [index] : [])) : [old.length - 1];
  return differing.length > 0 && differing.every((index) => expectations.includes(index));
}

/** The parts between the commas of a row, its own brackets and call aside. */
function valuesOf(row: string): string[] {
  const inner =
    /^#\[\w+\((.*)\)\]$/s.exec(row)?.[1] ?? /^[\w&:.]*[([{](.*)[)\]}]$/s.exec(row)?.[1] ?? row.replace(/^"|"$/g, '');
  const values: string[] = [];
  let depth = 0;
  let value = '';
  for (const [sign] of inner.matchAll(/"(?:\\.|[^"\\])*"|[\s\S]/g)) {
    if (/^[([{]$/.test(sign)) depth += 1;
    if (/^[)\]}]$/.test(sign)) depth -= 1;
    if (depth === 0 && /^(?:,|=>|;)$/.test(sign)) {
      values.push(value.trim());
      value = '';
    } else value += sign;
  }
  return [...values, value.trim()];
}
