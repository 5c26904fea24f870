import { describe, expect, it } from 'vitest';
import { bestWay, type Way } from './chooseWay.ts';

const way = (given: Partial<Way> & { paths?: string[] } = {}): Way => ({
  ok: true,
  changed: true,
  findings: 0,
  message: '',
  end: { tree: 't', changedPaths: given.paths ?? ['a'] },
  ...given,
});
const failed = (findings: number): Way => way({ ok: false, findings });

describe('the best of several ways', () => {
  it('is one that passes', () => {
    expect(bestWay([failed(1), way(), failed(0)])).toBe(1);
  });

  it('is the one with fewest findings when none passes', () => {
    expect(bestWay([failed(3), failed(1), failed(2)])).toBe(1);
  });

  it('is the smaller one of two that pass, and the first of equals', () => {
    expect(bestWay([way({ paths: ['a', 'b'] }), way({ paths: ['a'] }), way({ paths: ['c'] })])).toBe(1);
  });

  it('is never one that did nothing, where another did something', () => {
    expect(bestWay([way({ changed: false, paths: [] }), failed(2)])).toBe(1);
    expect(bestWay([way({ changed: false, paths: [] }), way({ paths: ['a', 'b'] })])).toBe(1);
  });
});
