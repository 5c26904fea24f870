// Which language a path is in, and which paths hold code. By name alone; nothing is read.

const byExtension: Readonly<Record<string, Language>> = {
  js: 'script',
  jsx: 'script',
  mjs: 'script',
  cjs: 'script',
  ts: 'script',
  tsx: 'script',
  mts: 'script',
  cts: 'script',
  vue: 'script',
  svelte: 'script',
  py: 'python',
  pyi: 'python',
  go: 'go',
  rs: 'rust',
  java: 'java',
  kt: 'java',
  kts: 'java',
  scala: 'java',
  groovy: 'java',
  cs: 'java',
  swift: 'java',
  dart: 'java',
  c: 'c',
  h: 'c',
  cc: 'c',
  cpp: 'c',
  cxx: 'c',
  hpp: 'c',
  hh: 'c',
  m: 'c',
  rb: 'ruby',
  php: 'php',
};

/** `java` stands for the family that writes modifiers before names, `c` for the one with headers. */
export type Language = 'script' | 'python' | 'go' | 'rust' | 'java' | 'c' | 'ruby' | 'php';

export const extensionOf = (path: string): string => /\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';

export const languageOf = (path: string): Language | undefined => byExtension[extensionOf(path)];

const tests =
  /(?:^|\/)(?:tests?|specs?|__tests__|testing|testdata|fixtures|e2e)\/|(?:^|[/._-])(?:tests?|spec)[._-][^/]*$|(?:^|\/)[^/]*(?:_test|\.test|\.spec|Tests?|Spec|_spec)\.\w+$/;

export const isTest = (path: string): boolean => tests.test(path);

const generated =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|go\.sum|poetry\.lock|uv\.lock|composer\.lock|Gemfile\.lock|.*\.min\.\w+|.*\.map|.*\.snap|(?:dist|build|out|target|vendor|third_party|node_modules)\/.*)$/;

/** Written by a tool, so nobody's place to look at first. */
export const isGenerated = (path: string): boolean => generated.test(path);

/** What a file's name is about: without folder, extension and the marks of a test. `test_url.py` and `url.py` share it. */
export function subjectOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\..*$/, '');
  return name.replace(/^(?:test|spec)[_-]|[_-](?:tests?|spec)$|(?:Tests?|Spec)$/g, '').toLowerCase();
}
