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
    expect(standingCommand(packageOf(scripts), undefined)).toBe('nyc mocha --recursive test');
    expect(standingCommand(packageOf(scripts), 'npm test')).toBe('nyc mocha --recursive test');
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
