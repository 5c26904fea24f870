import { describe, expect, it } from 'vitest';
import { ContextIndex } from './contextIndex.ts';
import { parseLog } from './history.ts';
import { graphOf, pageRank } from './pageRank.ts';
import { ImportResolver } from './resolveImports.ts';
import { linksOf } from './symbolGraph.ts';

async function linked(files: Record<string, string>): Promise<string[]> {
  const index = new ContextIndex();
  const paths = Object.entries(files).map(([path, text]) => ({ path, blob: path, size: text.length }));
  await index.update(paths, { get: () => undefined, put: () => undefined }, async (blobs, each) => {
    for (const blob of blobs) each(blob, new TextEncoder().encode(files[blob]));
  });
  const list = [...index.files.values()];
  return linksOf(list, index.terms).map(
    ({ from, to, link, name }) => `${list[from]?.path} > ${list[to]?.path}: ${name ?? link}`,
  );
}

describe('an import', () => {
  const paths = [
    'src/a.ts',
    'src/b/index.ts',
    'lib/c.js',
    'src/flask/__init__.py',
    'src/flask/app.py',
    'src/flask/json/__init__.py',
    'gin.go',
    'binding/form.go',
    'binding/json.go',
    'binding/json_test.go',
    'crates/ignore/src/lib.rs',
    'crates/ignore/src/walk.rs',
    'crates/core/main.rs',
    'crates/core/flags/mod.rs',
    'crates/core/flags/parse.rs',
    'gson/src/main/java/com/google/gson/Gson.java',
    'include/util.h',
    'src/util.c',
  ];
  const resolver = new ImportResolver(paths);
  const cases: [string, string, string[]][] = [
    ['src/x.ts', './a.js', ['src/a.ts']],
    ['src/x.ts', './b', ['src/b/index.ts']],
    ['src/x.ts', '../lib/c', ['lib/c.js']],
    ['src/x.ts', 'react', []],
    ['src/flask/cli.py', '.app', ['src/flask/app.py']],
    ['src/flask/json/tag.py', '..app', ['src/flask/app.py']],
    ['tests/test_app.py', 'flask.app', ['src/flask/app.py']],
    ['tests/test_app.py', 'flask.json', ['src/flask/json/__init__.py']],
    ['gin.go', 'github.com/gin-gonic/gin/binding', ['binding/form.go', 'binding/json.go']],
    ['gin.go', 'fmt', []],
    ['crates/core/main.rs', 'mod flags', ['crates/core/flags/mod.rs']],
    ['crates/core/flags/mod.rs', 'super::flags::parse', ['crates/core/flags/parse.rs']],
    ['crates/ignore/src/dir.rs', 'crate::walk::Walk', ['crates/ignore/src/walk.rs']],
    ['crates/core/main.rs', 'ignore::WalkBuilder', ['crates/ignore/src/lib.rs']],
    ['gson/src/test/java/GsonTest.java', 'com.google.gson.Gson', ['gson/src/main/java/com/google/gson/Gson.java']],
    ['src/util.c', 'util.h', ['include/util.h']],
    ['README.md', './a', []],
  ];
  for (const [from, specifier, expected] of cases)
    it(`of ${specifier} in ${from}`, () => expect(resolver.resolve(from, specifier)).toEqual(expected));
});

describe('links', () => {
  it('are imports, shared names, and a test with its subject', async () => {
    const links = await linked({
      'src/parcelPrice.ts': 'export const computeParcelPrice = 1;\n',
      'src/shop.ts': "import { computeParcelPrice } from './parcelPrice.ts';\ncomputeParcelPrice;\n",
      'lib/loose.js': 'computeParcelPrice();\n',
      'test/shop.test.ts': "it('sells', () => undefined);\n",
      'src/lonely.ts': 'export const nothing = 1;\n',
    });
    expect(links.filter((link) => link.startsWith('src/shop.ts >'))).toEqual([
      'src/shop.ts > src/parcelPrice.ts: imports',
      'src/shop.ts > test/shop.test.ts: subject',
    ]);
    expect(links).toContain('lib/loose.js > src/parcelPrice.ts: computeParcelPrice');
    expect(links.some((link) => link.includes('lonely'))).toBe(false);
  });
});

describe('PageRank', () => {
  const edges = [
    { from: 0, to: 1, weight: 3 },
    { from: 0, to: 2, weight: 1 },
    { from: 1, to: 0, weight: 1 },
  ];

  it('keeps near its seeds, follows weights, loses nothing, and never reaches what is not linked', () => {
    const rank = pageRank(graphOf(4, edges), Float64Array.from([1, 0, 0, 0]));
    expect(rank.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
    expect([...rank].sort((a, b) => b - a)).toEqual([rank[0], rank[1], rank[2], rank[3]]);
    expect(rank[3]).toBe(0);
  });

  it('of no seeds is that of all, and of an empty graph is empty', () => {
    expect([...pageRank(graphOf(2, []), new Float64Array(2))]).toEqual([0.5, 0.5]);
    expect([...pageRank(graphOf(0, []), new Float64Array(0))]).toEqual([]);
  });
});

describe('the log', () => {
  const commit = (message: string, ...changes: string[]) =>
    `\x1e${'a'.repeat(40)}\x1f${message}\x1f\0\n${changes.join('')}`;
  const changed = (path: string) => `:100644 100644 1111111 2222222 M\0${path}\0`;

  it('gives words and paths, and a moved file under the name it has today', () => {
    const log = [
      commit('Speed up b', changed('lib/b.ts')),
      commit('Move a', ':100644 100644 1111111 2222222 R097\0src/a.ts\0lib/b.ts\0'),
      commit('Write parseHeader', changed('src/a.ts'), changed('README.md')),
    ]
      .join('\0')
      .replaceAll('\0\0', '\0');
    expect(parseLog(log).map(({ paths }) => paths)).toEqual([['lib/b.ts'], ['lib/b.ts'], ['lib/b.ts', 'README.md']]);
    expect(parseLog(log)[2]?.words).toContain('parseheader');
  });

  it('takes no message for a commit or a change, and leaves out sweeps', () => {
    const forged = `x\x1f\n:100644 100644 1111111 2222222 M\n\x1e${'b'.repeat(40)}\x1f`;
    expect(parseLog(commit(forged, changed('src/a.ts'))).map(({ paths }) => paths)).toEqual([['src/a.ts']]);
    expect(parseLog(commit('format', ...Array.from({ length: 41 }, (_, index) => changed(`src/${index}.ts`))))).toEqual(
      [],
    );
    expect(parseLog('')).toEqual([]);
  });
});
