// The usual test command of a project that says it nowhere, from the files at its root. Runs nothing.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestCommand } from './testCommand.ts';

const isWindows = process.platform === 'win32';

export async function detectFromFiles(cwd: string): Promise<TestCommand | undefined> {
  const has = (path: string) => existsSync(join(cwd, path));
  const python = await pythonCommand(cwd);
  if (python !== undefined) return python;
  if (has('go.mod')) return { runner: 'go', command: 'go test ./...' };
  if (has('Cargo.toml')) return { runner: 'cargo', command: 'cargo test' };
  if (has('pom.xml')) return { runner: 'maven', command: `${wrapperOf('mvnw', 'mvnw.cmd', 'mvn', has)} -q test` };
  if (has('build.gradle') || has('build.gradle.kts'))
    return { runner: 'gradle', command: `${wrapperOf('gradlew', 'gradlew.bat', 'gradle', has)} test` };
  return undefined;
}

function wrapperOf(unix: string, windows: string, plain: string, has: (path: string) => boolean): string {
  if (isWindows) return has(windows) ? windows : plain;
  return has(unix) ? `./${unix}` : plain;
}

async function pythonCommand(cwd: string): Promise<TestCommand | undefined> {
  const read = async (path: string) => await readFile(join(cwd, path), 'utf8').catch(() => '');
  const inTests = await testFilesIn(cwd, 'tests');
  const atRoot = await testFilesIn(cwd, '.');
  const settings = ['pyproject.toml', 'tox.ini', 'setup.cfg', 'requirements.txt', 'requirements-dev.txt', 'Pipfile'];
  const usesPytest =
    ['pytest.ini', 'conftest.py', 'tests/conftest.py'].some((path) => existsSync(join(cwd, path))) ||
    (await Promise.all(settings.map(read))).some((text) => /\bpytest\b/.test(text)) ||
    // A test that is a plain function is found by pytest only.
    (await Promise.all([...inTests, ...atRoot].map(read))).some((text) =>
      /^(?:import pytest\b|from pytest\b|(?:async )?def test_)/m.test(text),
    );
  const own = isWindows ? '.venv\\Scripts\\python.exe' : '.venv/bin/python';
  const python = existsSync(join(cwd, own)) ? own : isWindows ? 'python' : 'python3';
  if (usesPytest) return { runner: 'pytest', command: `${python} -m pytest` };
  if (inTests.length === 0 && atRoot.length === 0) return undefined;
  // Discovery enters packages only, so a plain folder has to be named.
  const isPlainFolder = inTests.length > 0 && !existsSync(join(cwd, 'tests', '__init__.py'));
  return { runner: 'unittest', command: `${python} -m unittest discover${isPlainFolder ? ' -s tests' : ''}` };
}

async function testFilesIn(cwd: string, folder: string): Promise<string[]> {
  const names = await readdir(join(cwd, folder)).catch(() => []);
  return names.filter((name) => /^test_?.*\.py$/.test(name)).map((name) => `${folder}/${name}`);
}
