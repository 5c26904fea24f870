// What each test runs through, measured in real runners on one small project that is written in each of their ways.
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { coverTests } from '../../src/gym/coverage/coverTests.ts';
import { countTests } from '../../src/gym/coverage/spectrum.ts';
import { configSchema } from '../../src/protocol/config.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository;
afterEach(() => repo.remove());

const sums = (exported: (name: string) => string) => `${exported('add')} = (a, b) => a + b;
${exported('sub')} = function sub(a, b) {
  if (a < 0) {
    return 0;
  }
  return [a].map((one) => {
    return one - b;
  })[0];
};
${exported('unused')} = () => 1;
`;
const commonJs = sums((name) => `exports.${name}`);
const typed = `export const add = (a: number, b: number): number => a + b;
interface Nothing {
  readonly of: string;
}
export function sub(a: number, b: number): number {
  if (a < 0) {
    return 0;
  }
  return a - b;
}
`;
const tests = `describe('sums', () => {
  it('adds', () => { assert.equal(add(1, 2), 3); });
  it('subtracts', () => { assert.equal(sub(3, 2), 1); });
  it('subtracts below', async () => { assert.equal(await sub(-1, 2), -3); });
});
`;
const required = (more: string) =>
  `const assert = require('node:assert');\nconst { add, sub } = require('../src/sums.js');\n${more}${tests}`;

async function cover(files: Record<string, string>, command: string, file: string) {
  repo = makeRepository({ 'package.json': '{"name":"sums","private":true}', ...files });
  symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(repo.root, 'node_modules'));
  const { tests: config, sandbox } = configSchema.parse({ tests: { command } });
  const ran = await coverTests({ cwd: repo.root, config, sandbox, files: [file] }, 100);
  if (!ran.ok) throw new Error(ran.failure.message);
  const { failed, passed, functions, why } = ran.value;
  const counted = countTests({ failing: failed, passing: passed, functions }, (path) => path.startsWith('test/'));
  return { failed: failed.map(({ name }) => name), passed: passed.map(({ name }) => name), counted, why };
}

/** The function that fails: one failing test and one passing through it, and a line that only the failing one runs. */
function expectSub({ counted }: Awaited<ReturnType<typeof cover>>, path: string, startLine: number, wrongLine: number) {
  const sub = counted.find(({ name }) => /\bsub$/.test(name));
  expect(sub).toMatchObject({ path, startLine, failed: 1, passed: 1 });
  const alone = sub?.spans.filter(({ passed }) => passed === 0);
  expect(alone).toEqual([{ startLine: wrongLine, endLine: wrongLine, failed: 1, passed: 0 }]);
  expect(counted.map(({ name }) => name).join(' ')).not.toMatch(/\badd\b|unused/);
}

describe('what each test runs through', { timeout: 180_000 }, () => {
  it.each([
    ['node --test', "const { describe, it } = require('node:test');\n"],
    ['mocha', ''],
    ['jest', ''],
  ])('is told by %s', async (command, more) => {
    const files = { 'src/sums.js': commonJs, 'test/sums.test.js': required(more) };
    const covered = await cover(files, command, 'test/sums.test.js');
    expect([covered.failed, covered.passed]).toEqual([['sums > subtracts below'], ['sums > adds', 'sums > subtracts']]);
    expectSub(covered, 'src/sums.js', 2, 4);
  });

  it('is told by vitest in the lines of TypeScript, with the project’s own configuration', async () => {
    const files = {
      'src/sums.ts': typed,
      'vitest.config.ts': "export default { test: { setupFiles: ['./test/setup.ts'] } };\n",
      'test/setup.ts': 'globalThis.isSetUp = true;\n',
      'test/sums.test.ts': `import assert from 'node:assert';\nimport { describe, it } from 'vitest';\nimport { add, sub } from '../src/sums.ts';\nassert.ok(globalThis.isSetUp);\n${tests}`,
    };
    const covered = await cover(files, 'vitest run', 'test/sums.test.ts');
    expect(covered.failed).toEqual(['sums > subtracts below']);
    expectSub(covered, 'src/sums.ts', 5, 7);
  });

  it('is not known where a runner gives nothing, and then it says so', async () => {
    const covered = await cover({ 'test/sums.js': '' }, 'node test/sums.js', 'test/sums.js');
    expect(covered).toMatchObject({
      failed: [],
      passed: [],
      counted: [],
      why: expect.stringContaining('cannot be measured'),
    });
  });

  it('is told by pytest where coverage.py is installed, and said to be missing where it is not', async (context) => {
    if (!has('python3', ['-m', 'pytest', '--version'])) context.skip('there is no pytest');
    const files = {
      'src/__init__.py': '',
      'src/sums.py':
        'def add(a, b):\n    return a + b\n\n\ndef sub(a, b):\n    if a < 0:\n        return 0\n    return a - b\n',
      'test/test_sums.py':
        'from src.sums import add, sub\n\n\ndef test_adds():\n    assert add(1, 2) == 3\n\n\nclass TestSub:\n    def test_sub(self):\n        assert sub(3, 2) == 1\n\n    def test_below(self):\n        assert sub(-1, 2) == -3\n',
    };
    const covered = await cover(files, 'python3 -m pytest', 'test/test_sums.py');
    if (has('python3', ['-m', 'coverage', '--version'])) {
      expect(covered.failed).toEqual(['TestSub > test_below']);
      expectSub(covered, 'src/sums.py', 5, 7);
    } else expect(covered).toMatchObject({ counted: [], why: expect.stringContaining('pip install coverage') });
  });
});

function has(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
