// A test command that stands by itself: what today's scripts mean, for commits whose scripts are others.
import { describe, expect, it } from 'vitest';
import { standingCommand } from './detect.ts';

const packageOf = (scripts: Record<string, string>): string => JSON.stringify({ scripts });

describe('the command of a package as it stands by itself', () => {
  it('follows scripts to the runner, and leaves a linter out', () => {
    const scripts = {
      test: 'npm run lint && npm run test-ci',
      lint: 'eslint .',
      'test-ci': 'nyc mocha --recursive test',
    };
    expect(standingCommand(packageOf(scripts), undefined)).toBe('mocha --recursive test');
    expect(standingCommand(packageOf(scripts), 'npm test')).toBe('mocha --recursive test');
  });

  it.each([
    ['nyc --reporter=lcov --reporter=text mocha --exit', 'mocha --exit'],
    ['cross-env CI=1 c8 --all vitest run', 'cross-env CI=1 vitest run'],
    ['vitest run --coverage --coverage.enabled=true src', 'vitest run src'],
    ['jest --coverage=false', 'jest'],
    ['node --experimental-test-coverage --test test/', 'node --test test/'],
    ['vitest run --coverage.provider v8', 'vitest run --coverage.provider v8'],
    ['nyc --require=./hook.js mocha', 'nyc --require=./hook.js mocha'],
    ['node --test coverage/nyc', 'node --test coverage/nyc'],
    ['mocha --bail --check-leaks -b test/', 'mocha --check-leaks test/'],
    ['jest --bail 2 --ci', 'jest --ci'],
    ['vitest run --bail=1', 'vitest run'],
    ['pytest -x -q --maxfail=2 tests', 'pytest -q tests'],
    ['go test -failfast ./...', 'go test ./...'],
  ])('leaves coverage and an end at the first failure out: %s', (command, standing) => {
    expect(standingCommand(undefined, command)).toBe(standing);
  });

  it('keeps a coverage tool that may load what the tests need', () => {
    const text = JSON.stringify({ scripts: { test: 'nyc mocha' }, nyc: { require: ['ts-node/register'] } });
    expect(standingCommand(text, undefined)).toBe('nyc mocha');
    expect(standingCommand(packageOf({ test: 'nyc mocha' }), undefined, 'extends: "base"')).toBe('nyc mocha');
  });

  it('is the command itself where no runner is known, and nothing where there is none', () => {
    expect(standingCommand(packageOf({ test: 'make check' }), undefined)).toBe('make check');
    expect(standingCommand(undefined, 'make check')).toBe('make check');
    expect(
      standingCommand(packageOf({ test: 'echo "Error: no test specified" && exit 1' }), undefined),
    ).toBeUndefined();
    expect(standingCommand('no JSON', undefined)).toBeUndefined();
  });
});
