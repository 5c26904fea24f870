// Only what names all of the tests goes; an option's value never does.
import { describe, expect, it } from 'vitest';
import { narrowCommand } from './narrowCommand.ts';

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
