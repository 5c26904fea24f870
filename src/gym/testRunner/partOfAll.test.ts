// A part of all tests names only what the project's command runs by itself, and nothing where that is in doubt.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestRunnerName } from '../../protocol/testReport.ts';
import { partOfAll } from './partOfAll.ts';

const files = [
  ...['test/a.test.js', 'test/unit/b.test.js', 'test/data/c.js', 'e2e/d.test.js', 'src/e.test.ts'],
  ...[
    'tests/test_f.py',
    'tests/helper.py',
    'build/test_g.py',
    'pkg/h_test.go',
    'sub/i_test.go',
    'k_test.go',
    '-l.test.js',
  ],
];

async function part(runner: TestRunnerName, command: string, settings: Readonly<Record<string, string>> = {}) {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-part-')));
  try {
    for (const [path, text] of Object.entries(settings)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    }
    return await partOfAll({ runner, command }, files, cwd);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
const covered = async (...given: Parameters<typeof part>) => (await part(...given))?.covered;

describe('a part of all tests', () => {
  it('leaves the choice to runners that search by themselves', async () => {
    expect(await covered('vitest', 'vitest run')).toEqual(files.slice(0, -1));
    expect(await covered('jest', 'npx jest --ci src/ test/')).toEqual([
      ...['test/a.test.js', 'test/unit/b.test.js', 'test/data/c.js', 'src/e.test.ts'],
    ]);
    expect(await covered('playwright', 'playwright test e2e/')).toEqual(['e2e/d.test.js']);
  });
  it('is what the globs or the defaults of node --test take', async () => {
    expect(await covered('node:test', 'node --test "test/*.test.js"')).toEqual(['test/a.test.js']);
    expect(await covered('node:test', 'node --test')).toEqual([
      ...['test/a.test.js', 'test/unit/b.test.js', 'test/data/c.js', 'e2e/d.test.js', 'src/e.test.ts'],
    ]);
  });
  it('is what mocha takes from a folder, as deep as it is told', async () => {
    expect(await covered('mocha', 'mocha')).toEqual(['test/a.test.js']);
    expect(await covered('mocha', 'mocha test/ --recursive')).toEqual([
      ...['test/a.test.js', 'test/unit/b.test.js', 'test/data/c.js'],
    ]);
    expect(await covered('mocha', 'mocha "test/**/*.test.js"')).toEqual(['test/a.test.js', 'test/unit/b.test.js']);
  });
  it('is what pytest finds by its names and paths', async () => {
    expect(await covered('pytest', 'python3 -m pytest -q')).toEqual(['tests/test_f.py']);
    expect(await part('pytest', 'pytest -q tests')).toMatchObject({ line: 'pytest -q', covered: ['tests/test_f.py'] });
    expect(await covered('pytest', 'pytest', { 'pytest.ini': '[pytest]\ntestpaths =\n    other\n' })).toBeUndefined();
    expect(
      await covered('pytest', 'pytest', { 'pyproject.toml': '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n' }),
    ).toEqual(['tests/test_f.py']);
  });
  it('is packages of Go, of the first module only', async () => {
    expect(await part('go', 'go test -race ./...', { 'sub/go.mod': 'module x\n' })).toEqual({
      line: "go test -race './pkg' './.'",
      files: [],
      covered: ['pkg/h_test.go', 'k_test.go'],
    });
  });
  it.each<[string, TestRunnerName, string, Record<string, string>?]>([
    ['the command names some tests', 'vitest', 'vitest run src/unit'],
    ['the shell has a say', 'jest', 'jest $(cat list)'],
    ['mocha reads settings of its own', 'mocha', 'mocha', { '.mocharc.yml': 'spec: spec/**\n' }],
    ['mocha is configured in package.json', 'mocha', 'mocha', { 'package.json': '{ "mocha": { "spec": "x" } }' }],
    ['mocha leaves files out', 'mocha', 'mocha --ignore test/a.test.js'],
    ['pytest leaves files out', 'pytest', 'pytest', { 'tests/conftest.py': 'collect_ignore = ["test_f.py"]\n' }],
    ['pytest is given other settings', 'pytest', 'pytest -c other.ini'],
    ['Go is given packages', 'go', 'go test ./pkg'],
    ['the runner takes no files', 'cargo', 'cargo test'],
    ['only the exit code is known', 'command', 'make test'],
  ])('is nothing where %s', async (_, runner, command, settings = {}) => {
    expect(await part(runner, command, settings)).toBeUndefined();
  });
});
