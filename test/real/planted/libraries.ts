// The public libraries in whose histories faults are planted: where their code and tests are, and how one test file is run.

export interface Library {
  readonly name: string;
  /** Code that may be mutated. */
  readonly code: RegExp;
  readonly tests: RegExp;
  /** What runs test files; their paths are written behind it. It is what `git bisect run` gets as well. */
  readonly command: string;
  /** What runs all tests: the library's own script, as far as it runs tests. */
  readonly whole: string;
}

const mocha = 'node_modules/.bin/mocha';
const plain = { code: /^(?:index\.js|lib\/.*\.js)$/, tests: /^test\/[^/]+\.js$/ };
// Tests of old commits leave servers open.
const withEnvironment = `${mocha} --exit --require test/support/env --reporter dot --check-leaks`;
const leaks = `${mocha} --exit --reporter dot --check-leaks`;

export const libraries: readonly Library[] = [
  { name: 'express', ...plain, command: withEnvironment, whole: `${withEnvironment} test/ test/acceptance/` },
  { name: 'body-parser', ...plain, command: leaks, whole: `${leaks} test/` },
  { name: 'router', ...plain, command: leaks, whole: `${leaks} test/` },
  { name: 'send', ...plain, command: leaks, whole: leaks },
  { name: 'serve-static', ...plain, command: leaks, whole: leaks },
  { name: 'session', ...plain, command: leaks, whole: `${leaks} test/` },
  { name: 'negotiator', ...plain, command: leaks, whole: `${leaks} test/` },
  { name: 'picomatch', ...plain, command: `${mocha} --reporter dot`, whole: `${mocha} --reporter dot` },
  { name: 'cors', ...plain, command: leaks, whole: leaks },
  { name: 'accepts', ...plain, command: leaks, whole: `${leaks} test/` },
  { name: 'morgan', ...plain, command: leaks, whole: leaks },
  { name: 'bytes.js', ...plain, command: leaks, whole: leaks },
  {
    name: 'ws',
    ...plain,
    tests: /^test\/[^/]+\.test\.js$/,
    command: `${mocha} --reporter dot`,
    whole: `${mocha} --reporter dot test/*.test.js`,
  },
  { name: 'koa', ...plain, tests: /^__tests__\/.*\.js$/, command: 'node --test', whole: 'node --test' },
  {
    name: 'fast-json-stringify',
    ...plain,
    tests: /^test\/[^/]+\.test\.js$/,
    command: 'node --test',
    whole: 'node --test',
  },
  { name: 'commander.js', ...plain, tests: /^tests\/[^/]+\.test\.js$/, command: 'node --test', whole: 'node --test' },
  {
    name: 'braces',
    ...plain,
    command: `${mocha} --exit -r test/mocha-initialization.js --reporter dot`,
    whole: `${mocha} --exit --reporter dot`,
  },
  {
    name: 'argparse',
    code: /^(?:argparse\.js|lib\/.*\.js)$/,
    tests: /^test\/[^/]+\.js$/,
    command: `${mocha} --exit --reporter dot`,
    whole: `${mocha} --exit --reporter dot`,
  },
  { name: 'fastify', ...plain, code: /^(?:fastify\.js|lib\/.*\.js)$/, command: 'node --test', whole: 'node --test' },
  { name: 'pino', ...plain, code: /^(?:pino\.js|lib\/.*\.js)$/, command: 'node --test', whole: 'node --test' },
];
