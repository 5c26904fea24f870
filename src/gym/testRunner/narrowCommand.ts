// A test command for some files only: the paths and globs it names for all of its tests are left out, since runners take files
// beside them, not instead of them. What is not clearly such a path stays; then more is run than was asked for, never less.

/** Options that take no value, so that a word behind them is a path. */
const flags = new Set([
  ...['--test', '--run', '--check-leaks', '--recursive', '--bail', '--exit', '--watch', '--colors', '--color', '--ci'],
  ...['--experimental-strip-types', '--enable-source-maps', '--no-warnings', '--silent'],
]);
const testFolder = /^(?:\.\/)?(?:[\w-]+\/)*(?:tests?|__tests__|specs?|e2e)\/?$/;

export function narrowCommand(command: string): string {
  const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  // A command line of several parts, or with something the shell expands, is left as it is.
  if (words.some((word) => /^[;&|<>]|[;&|]$|\$\(|`/.test(word))) return command;
  const kept = words.filter((word, index) => index === 0 || !isForAll(word, words[index - 1] ?? ''));
  return kept.join(' ');
}

function isForAll(word: string, before: string): boolean {
  if (word.startsWith('-') || word.includes('=')) return false;
  if (before.startsWith('-') && !before.includes('=') && !flags.has(before)) return false;
  const path = word.replace(/^["']|["']$/g, '');
  return testFolder.test(path) || /\*/.test(path) || (path.endsWith('/') && path.length > 1);
}
