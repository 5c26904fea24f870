// Only what names all of the tests goes; an option's value never does.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../protocol/config.ts';
import { narrowCommand } from './narrowCommand.ts';
import { runTests } from './runTests.ts';

describe('a command for some files', () => {
  it.each([
    ['node --test "test/*.test.ts"', 'node --test'],
    [
      'mocha --require test/support/env --check-leaks test/ test/acceptance/',
      'mocha --require test/support/env --check-leaks',
    ],
    ['mocha --reporter spec test/**/*.js --timeout 5000', 'mocha --reporter spec --timeout 5000'],
    ['pytest -q tests', 'pytest -q tests'],
    ['vitest run', 'vitest run'],
    ['jest --config test/ --ci tests', 'jest --config test/ --ci'],
    ['node --import tsx --test', 'node --import tsx --test'],
    ['c8 --include "src/**" node --test ./tests/', 'c8 --include "src/**" node --test'],
    ['NODE_ENV=test mocha', 'NODE_ENV=test mocha'],
    ['jest && echo "*"', 'jest && echo "*"'],
  ])('%s', (command, narrowed) => expect(narrowCommand(command)).toBe(narrowed));
});

describe('a run of some files', () => {
  it('runs these and no others, though the command names all of them', { timeout: 60_000 }, async () => {
    const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-narrow-')));
    try {
      mkdirSync(join(cwd, 'test'));
      for (const name of ['a', 'b'])
        writeFileSync(
          join(cwd, 'test', `${name}.test.mjs`),
          `import { test } from 'node:test';\ntest('${name}', () => {});\n`,
        );
      const { tests, sandbox } = configSchema.parse({ tests: { command: 'node --test "test/*.test.mjs"' } });
      const some = await runTests({ cwd, config: tests, sandbox, files: ['test/b.test.mjs'] });
      const all = await runTests({ cwd, config: tests, sandbox });
      expect([some, all].map((ran) => ran.ok && ran.value.tests.map(({ name }) => name))).toEqual([['b'], ['a', 'b']]);
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});
