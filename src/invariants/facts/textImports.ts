// What files of Python and Go import, by patterns over their lines, for the choice of tests that are run first. What a
// pattern misses costs the order of tests, never a verdict; nothing else may rely on it.
import * as z from 'zod';
import type { FactMaker } from './factStore.ts';

export const hasTextImports = (path: string): boolean => /\.py$|\.go$|(?:^|\/)go\.mod$/.test(path);

/** Of `go.mod` the name of the module, of a file in Python modules as they are written, of one in Go paths of packages. */
export const textImports: FactMaker<string[]> = {
  key: 'textImports@1',
  schema: z.array(z.string()),
  isScriptOnly: false,
  make: ({ path, text }) => {
    if (path.endsWith('.py')) return [...new Set(pythonImports(text))];
    if (path.endsWith('.go')) return [...new Set(goImports(text))];
    return groups(text, /^module\s+"?([^\s"]+)/m);
  },
};

const groups = (text: string, pattern: RegExp): string[] => {
  const flags = pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`;
  return [...text.matchAll(new RegExp(pattern.source, flags))].flatMap(([, group]) => group ?? []);
};

/** A name behind `import` may be a module of the package or something in it, so both are given. */
function pythonImports(text: string): string[] {
  const plain = groups(text, /^[ \t]*import[ \t]+([^\n#]+)/gm).flatMap((list) =>
    list.split(',').map((item) => item.trim().split(/\s/)[0] ?? ''),
  );
  const named = [...text.matchAll(/^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]*(?:\(([^)]*)\)|([^\n#]*))/gm)].flatMap(
    ([, module = '', wrapped, line = '']) => {
      const names = groups(wrapped ?? line, /(?:^|,)\s*([A-Za-z_]\w*)/g);
      return [module, ...names.map((name) => (module.endsWith('.') ? `${module}${name}` : `${module}.${name}`))];
    },
  );
  return [...plain, ...named].filter((name) => /^\.*\w[\w.]*$|^\.+$/.test(name));
}

function goImports(text: string): string[] {
  const blocks = groups(text, /^import[ \t]*\(([^)]*)\)/gm);
  return [...blocks, ...groups(text, /^(import[ \t]+[^\n(]*)$/gm)].flatMap((block) => groups(block, /"([^"\n]+)"/g));
}
