// Functions of Python and Go by their text, and profiles of Go.
import { describe, expect, it } from 'vitest';
import { readProfile } from './go.ts';
import { textFunctions } from './textFunctions.ts';

const python = `import os


class Box:
    def get(
        self,
        x,
    ):
        if x < 0:

            return 0
        return x * 2

    async def later(self): return 1


def last(a):
    def inner():
        return a
    return inner
`;
const go = `package sums

func Add(a, b int) int {
	return a + b
}

func (b *Box) Get() int { return 1 }
`;

describe('functions by their text', () => {
  it('end in Python where a line stands as far left, and have a body behind the colon', () => {
    expect(textFunctions('a.py', python)).toEqual([
      { name: 'get', startLine: 5, endLine: 12, bodyLine: 9 },
      { name: 'later', startLine: 14, endLine: 14, bodyLine: 14 },
      { name: 'last', startLine: 17, endLine: 20, bodyLine: 18 },
      { name: 'inner', startLine: 18, endLine: 19, bodyLine: 19 },
    ]);
  });

  it('end in Go at the brace of the left edge', () => {
    expect(textFunctions('a.go', go)).toEqual([
      { name: 'Add', startLine: 3, endLine: 5, bodyLine: 3 },
      { name: 'Get', startLine: 7, endLine: 7, bodyLine: 7 },
    ]);
    expect(textFunctions('a.rb', 'def x\nend\n')).toEqual([]);
  });
});

describe('a profile of Go', () => {
  it('gives the lines of blocks that ran, by paths in the module', () => {
    const profile = [
      'mode: set',
      'example.org/sums/sums.go:3.24,5.2 1 1',
      'example.org/sums/in/b.go:8.13,10.3 1 0',
      'example.org/sums/in/b.go:11.2,11.14 1 4',
    ].join('\n');
    const lines = readProfile(`${profile}\n`, 'example.org/sums');
    expect([...lines].map(([path, set]) => [path, [...set]])).toEqual([
      ['sums.go', [3, 4]],
      ['in/b.go', [11]],
    ]);
  });
});
