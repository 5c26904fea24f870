// How the recorder gets into the processes of each JavaScript test runner, and between its tests. The project's own command and
// configuration stay; nothing is written outside of the scratch folder.
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestRunnerName } from '../../protocol/testReport.ts';
import { shellQuote } from '../testRunner/reportFiles.ts';
import type { Armed, InstrumentedRun } from '../testRunner/runTests.ts';
import { recorder, recorderVariables } from './recorder.ts';

/** Where the recorder writes, in the scratch folder of a run. */
export const recordsIn = (scratch: string): string => join(scratch, 'coverage');

/** Undefined when the runner gives nothing to hold on to. */
export async function armScripts(run: InstrumentedRun, mostTests: number): Promise<Armed | undefined> {
  const arm = arms[run.runner];
  if (arm === undefined) return undefined;
  const script = join(run.scratch, 'recorder.cjs');
  await writeFile(script, recorder);
  await mkdir(recordsIn(run.scratch));
  const command = await arm({ ...run, recorder: script });
  if (command === undefined) return undefined;
  return {
    command,
    environment: {
      [recorderVariables.folder]: recordsIn(run.scratch),
      [recorderVariables.root]: await realpath(run.cwd),
      [recorderVariables.most]: String(mostTests),
    },
  };
}

type Arm = (run: InstrumentedRun & { readonly recorder: string }) => Promise<string | undefined>;

const arms: Partial<Record<TestRunnerName, Arm>> = {
  mocha: async ({ command, scratch, recorder: from }) => {
    const hooks = join(scratch, 'mochaHooks.cjs');
    await writeFile(hooks, mochaHooks(from));
    return `${command} --require ${shellQuote(hooks)}`;
  },
  'node:test': async ({ command, scratch, recorder: from }) => {
    const hooks = join(scratch, 'nodeHooks.mjs');
    await writeFile(hooks, nodeHooks(from));
    return command.replace(/(^|\s)--test(?=\s|$)/, (all) => `${all} --import ${pathToFileURL(hooks).href}`);
  },
  jest: async ({ command, cwd, scratch, recorder: from }) => {
    const circus = resolveFrom(join(cwd, 'package.json'), [
      'jest-circus/runner',
      'jest',
      'jest-cli',
      '@jest/core',
      'jest-config',
    ]);
    if (circus === undefined || /\s--testRunner\b/.test(command)) return undefined;
    const hooks = join(scratch, 'jestRunner.cjs');
    await writeFile(hooks, jestRunner(from, circus));
    return `${command.replace(/\s--coverage\b/, '')} --coverage=false --testRunner=${shellQuote(hooks)}`;
  },
  vitest: async ({ command, cwd, scratch, recorder: from }) => {
    const vitest = resolved(join(cwd, 'package.json'), 'vitest/package.json');
    const vite = vitest === undefined ? undefined : resolved(vitest, 'vite/package.json');
    if (vitest === undefined || vite === undefined || /\s(?:--config|-c)\b/.test(command)) return undefined;
    const hooks = join(scratch, 'vitestHooks.mjs');
    const config = join(scratch, 'vitest.config.mjs');
    await writeFile(hooks, vitestHooks(from, moduleOf(vitest, 'dist/index.js')));
    await writeFile(
      config,
      vitestConfig({ cwd, vite: moduleOf(vite, 'dist/node/index.js'), hooks, own: await configIn(cwd) }),
    );
    return `${command} --config ${shellQuote(config)} --coverage.enabled=false`;
  },
};

const quoted = (text: string): string => JSON.stringify(text);

const mochaHooks = (from: string): string => `'use strict';
const { begin, end } = require(${quoted(from)});
exports.mochaHooks = {
  beforeEach() {
    const test = this.currentTest;
    const suite = test.fullTitle().slice(0, Math.max(0, test.fullTitle().length - test.title.length)).trim();
    begin(suite === '' ? [test.title] : [suite, test.title], test.file ?? '');
  },
  afterEach() {
    end();
  },
};
`;

/** Child processes of tests inherit it by fork only, and then they are no test files. */
const nodeHooks = (from: string): string => `import { createRequire } from 'node:module';
if (process.env.NODE_TEST_CONTEXT !== undefined) {
  const { begin, end } = createRequire(import.meta.url)(${quoted(from)});
  const { afterEach, beforeEach } = await import('node:test');
  const namesOf = (test) => (test.fullName ?? test.name).split(' > ');
  beforeEach((test) => begin(namesOf(test), test.filePath ?? process.argv[1] ?? ''));
  afterEach(() => end());
}
`;

/** The runner of jest itself, told of each test by the event that every environment gets. */
const jestRunner = (from: string, circus: string): string => `'use strict';
const own = require(${quoted(circus)});
const circus = own.default ?? own;
const { begin, end } = require(${quoted(from)});
const namesOf = (test) => {
  const names = [];
  for (let one = test; one?.parent !== undefined; one = one.parent) names.unshift(one.name);
  return names;
};
module.exports = async (globalConfig, config, environment, runtime, testPath, ...rest) => {
  const tell = environment.handleTestEvent?.bind(environment);
  environment.handleTestEvent = async (event, state) => {
    if (event.name === 'test_start') begin(namesOf(event.test), testPath);
    await tell?.(event, state);
    if (event.name === 'test_done') end();
  };
  return circus(globalConfig, config, environment, runtime, testPath, ...rest);
};
`;

const vitestHooks = (from: string, vitest: string): string => `import { createRequire } from 'node:module';
import { afterEach, beforeEach } from ${quoted(vitest)};
const { begin, end } = createRequire(import.meta.url)(${quoted(from)});
const namesOf = (task) => {
  const names = [task.name];
  for (let suite = task.suite; suite !== undefined && suite !== task.file && suite.name !== ''; suite = suite.suite) names.unshift(suite.name);
  return names;
};
beforeEach(({ task }) => begin(namesOf(task), task.file.filepath));
afterEach(() => end());
`;

/**
 * The project's configuration with one more setup file. From version 5, vitest leaves the maps in its sources only where a
 * debugger is, so it is told that there is one.
 */
const vitestConfig = (given: { cwd: string; vite: string; hooks: string; own: string | undefined }): string =>
  `import inspector from 'node:inspector';
import { loadConfigFromFile } from ${quoted(given.vite)};
inspector.url = () => 'coverage';
export default async (env) => {
  const own = ${given.own === undefined ? 'undefined' : `await loadConfigFromFile(env, ${quoted(given.own)}, ${quoted(given.cwd)})`};
  const config = own?.config ?? {};
  const add = (test) => ({ ...test, setupFiles: [...[test?.setupFiles ?? []].flat(), ${quoted(given.hooks)}] });
  const test = add(config.test);
  if (Array.isArray(test.projects))
    test.projects = test.projects.map((one) => (typeof one === 'object' && one !== null ? { ...one, test: add(one.test) } : one));
  return { ...config, root: config.root ?? ${quoted(given.cwd)}, test };
};
`;

/** As vitest looks for it. */
async function configIn(cwd: string): Promise<string | undefined> {
  const names = new Set(await readdir(cwd));
  const endings = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'];
  const found = ['vitest', 'vite'].flatMap((tool) => endings.map((ending) => `${tool}.config.${ending}`));
  const own = found.find((name) => names.has(name));
  return own === undefined ? undefined : join(cwd, own);
}

/** The first name, looked for from the project and from each of the packages that bring it along. */
function resolveFrom(manifest: string, [wanted = '', ...bringing]: readonly string[]): string | undefined {
  let from = manifest;
  for (const name of ['', ...bringing]) {
    const next = name === '' ? from : resolved(from, `${name}/package.json`);
    if (next === undefined) return undefined;
    from = next;
    const found = resolved(from, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param from a file of the package that looks for it */
function resolved(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

/** What an import of the package takes; what `require` takes is another instance, which would know of no test. */
const moduleOf = (manifest: string, path: string): string => pathToFileURL(join(dirname(manifest), path)).href;
