// The public libraries whose bug fixes the ranking of suspects is measured on, and how their tests are run file by file.

export interface Library {
  /** The owner and the name on GitHub, which is the name of its folder too, with a plus between. */
  readonly repository: string;
  /** Runs test files that stand behind it, from the library's own packages. */
  readonly command: string;
  readonly source: RegExp;
  readonly test: RegExp;
  /** A revision whose packages are installed; the newest by default. Only what is older is looked at. */
  readonly at?: string;
}

const js = /\.[cm]?[jt]s$/;
const inLib = /^lib\/.*\.js$/;
const inSrc = /^src\/.*\.[cm]?[jt]s$/;

export const libraries: readonly Library[] = [
  {
    repository: 'expressjs/express',
    command: 'mocha --require test/support/env',
    source: inLib,
    test: /^test\/[^/]*\.js$/,
  },
  {
    repository: 'expressjs/body-parser',
    command: 'mocha',
    source: /^(?:lib\/.*|index)\.js$/,
    test: /^test\/[^/]*\.js$/,
  },
  { repository: 'nodeca/js-yaml', command: 'mocha', source: inLib, test: /^test\/.*\.js$/ },
  { repository: 'websockets/ws', command: 'mocha', source: inLib, test: /^test\/.*\.test\.js$/ },
  {
    repository: 'validatorjs/validator.js',
    command: 'mocha --require @babel/register',
    source: inSrc,
    test: /^test\/.*\.js$/,
  },
  { repository: 'eslint/eslint', command: 'mocha --timeout 60000', source: inLib, test: /^tests\/lib\/.*\.js$/ },
  {
    repository: 'josdejong/mathjs',
    command: 'mocha',
    source: /^src\/.*\.js$/,
    test: /^test\/unit-tests\/.*\.test\.js$/,
  },
  { repository: 'tj/commander.js', command: 'jest', source: inLib, test: /^tests\/.*\.test\.js$/, at: '3dd60861^' },
  { repository: 'koajs/koa', command: 'node --test', source: inLib, test: /^__tests__\/.*\.js$/ },
  {
    repository: 'fastify/fastify',
    command: 'node --test',
    source: /^(?:lib\/.*|fastify)\.js$/,
    test: /^test\/.*\.test\.js$/,
  },
  { repository: 'moment/luxon', command: 'jest', source: inSrc, test: /^test\/.*\.test\.js$/ },
  { repository: 'iamkun/dayjs', command: 'jest', source: inSrc, test: /^test\/.*\.test\.js$/ },
  {
    repository: 'honojs/hono',
    command: 'vitest --run',
    source: /^src\/.*(?<!\.test)\.tsx?$/,
    test: /^src\/.*\.test\.tsx?$/,
  },
  {
    repository: 'date-fns/date-fns',
    command: 'vitest run',
    source: /^src\/(?!.*test\.ts$).*\.ts$/,
    test: /^src\/.*test\.ts$/,
  },
  {
    repository: 'cheeriojs/cheerio',
    command: 'vitest run',
    source: /^src\/.*(?<!spec)\.ts$/,
    test: /^src\/.*\.spec\.ts$/,
  },
  {
    repository: 'ramda/ramda',
    command: 'cross-env BABEL_ENV=cjs mocha --require @babel/register',
    source: /^source\/.*\.js$/,
    test: /^test\/.*\.js$/,
  },
  { repository: 'mozilla/nunjucks', command: 'mocha', source: /^nunjucks\/src\/.*\.js$/, test: /^tests\/.*\.js$/ },
];

export const isScript = (path: string): boolean => js.test(path);
