// Which tests have to do with a change, on small trees of real files: over imports of scripts, Python and Go, and by name.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isTestFile } from '../../src/gym/history/findTests.ts';
import { newEngine } from '../helpers/gates.ts';
import type { Files } from '../helpers/repository.ts';

const engine = newEngine();
afterAll(() => engine.dispose());

async function related(files: Files, ...changed: string[]): Promise<string[]> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-related-')));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const listed = Object.entries(files).map(([path, text]) => ({
      path,
      blob: createHash('sha1').update(text).digest('hex'),
    }));
    const tests = Object.keys(files).filter(isTestFile);
    const found = await engine.relatedTests({ root, files: listed, changed, tests });
    if (!found.ok) throw new Error(found.failure.message);
    return found.value;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe('tests of scripts', () => {
  const files = {
    'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
    'src/deep.ts': 'export const deep = 1;\n',
    'src/middle.ts': "export { deep } from './deep.js';\n",
    'src/top.ts': "export const load = () => import('./middle.ts');\n",
    'src/deep.test.ts': '',
    'test/near.test.ts': "import { deep } from '@/middle';\n",
    'test/far.test.ts': "import { load } from '../src/top.ts';\n",
    'test/types.test.ts': "import type { deep } from '../src/deep.ts';\n",
    'test/mocked.test.ts': "vi.mock('../src/deep.ts');\n",
    'test/broken.test.ts': "import '../src/deep.ts';\nthis is ( no script\n",
    'test/other.test.ts': "import { join } from 'node:path';\n",
  };
  it('are found over any chain of imports that run, the nearest first', async () => {
    expect(await related(files, 'src/deep.ts')).toEqual([
      'src/deep.test.ts',
      'test/mocked.test.ts',
      'test/near.test.ts',
      'test/far.test.ts',
    ]);
  });
  it('are themselves related when they changed, whatever they import', async () => {
    expect(await related(files, 'test/other.test.ts', 'test/broken.test.ts')).toEqual([
      'test/broken.test.ts',
      'test/other.test.ts',
    ]);
  });
  it('are found for a file that is gone', async () => {
    const { 'src/deep.ts': _, ...left } = files;
    expect(await related(left, 'src/deep.ts')).toContain('test/near.test.ts');
    const folder = { 'test/a.test.ts': "import '../src';\n", 'test/b.test.ts': "import '../lib';\n" };
    expect(await related(folder, 'src/index.ts')).toEqual(['test/a.test.ts']);
  });
  it('are found anew when an import changes', async () => {
    const one = { ...files, 'test/other.test.ts': "import '../src/deep.ts';\n" };
    expect(await related(one, 'src/deep.ts')).toContain('test/other.test.ts');
    expect(await related(files, 'src/deep.ts')).not.toContain('test/other.test.ts');
  });
});

describe('tests of Python', () => {
  const files = {
    'src/shop/__init__.py': 'from .cart import total\n',
    'src/shop/cart.py': 'from shop import rates\nfrom . import (\n  rounding,\n)\n',
    'src/shop/rates.py': '',
    'src/shop/rounding.py': '',
    'tests/conftest.py': 'import shop.rates\n',
    'tests/test_total.py': 'from shop import total\n',
    'tests/unit/test_rounding.py': '',
    'tests/test_names.py': 'import os, json\n',
    'more/test_plain.py': 'import os\n',
  };
  it('are found over packages, relative imports and names', async () => {
    expect(await related(files, 'src/shop/rounding.py')).toEqual(
      expect.arrayContaining(['tests/unit/test_rounding.py', 'tests/test_total.py']),
    );
  });
  it('are found over the conftest.py above them', async () => {
    expect(await related(files, 'tests/conftest.py')).toEqual(
      expect.arrayContaining(['tests/test_names.py', 'tests/unit/test_rounding.py']),
    );
    expect(await related(files, 'tests/conftest.py')).not.toContain('more/test_plain.py');
  });
});

describe('tests of Go', () => {
  const files = {
    'go.mod': 'module example.org/shop\n\ngo 1.21\n',
    'rates/rates.go': 'package rates\n',
    'rates/rates_test.go': 'package rates\n',
    'rates/more_test.go': 'package rates_test\n',
    'cart/cart.go': 'package cart\n\nimport (\n\t"fmt"\n\tr "example.org/shop/rates"\n)\n',
    'cart/cart_test.go': 'package cart\n\nimport "testing"\n',
    'names/names_test.go': 'package names\n\nimport "fmt"\n',
  };
  it('are those of the package, and of packages that import it', async () => {
    const found = await related(files, 'rates/rates.go');
    expect(found.slice(0, 2).sort()).toEqual(['rates/more_test.go', 'rates/rates_test.go']);
    expect(found.slice(2)).toEqual(['cart/cart_test.go']);
  });
});
