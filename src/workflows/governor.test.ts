import { describe, expect, it } from 'vitest';
import type { Finding } from '../protocol/verdict.ts';
import { type Attempt, RepetitionWatch, reasonToStop } from './governor.ts';

const finding = (message: string): Finding => ({ gate: 'tests', rule: 'tests/failed', severity: 'error', message });
const attempt = (tree: string, ...messages: string[]): Attempt => ({ tree, findings: messages.map(finding) });

describe('repairs', () => {
  it('go on while something changes', () => {
    expect(reasonToStop([attempt('1', 'a', 'b')])).toBeNull();
    expect(reasonToStop([attempt('1', 'a', 'b'), attempt('2', 'a')])).toBeNull();
    expect(reasonToStop([attempt('1', 'a'), attempt('2', 'b'), attempt('3', 'a')])).toBeNull();
  });

  it('stop when one changes nothing', () => {
    expect(reasonToStop([attempt('1', 'a'), attempt('1', 'a')])).toBe('the repair changed nothing');
  });

  it('stop when they go round in a circle', () => {
    const attempts = [attempt('1', 'a'), attempt('2', 'b'), attempt('1', 'a')];
    expect(reasonToStop(attempts)).toBe('the repair came back to what attempt 1 had left');
  });

  it('stop when three fail in the same way, in whatever order it is said', () => {
    const attempts = [attempt('1', 'a', 'b'), attempt('2', 'b', 'a'), attempt('3', 'a', 'b', 'a')];
    expect(reasonToStop(attempts)).toBe('3 attempts failed in the same way');
    expect(reasonToStop([...attempts, attempt('4', 'a')])).toBeNull();
  });
});

describe('actions within an attempt', () => {
  it('are told of and then ended when they repeat without effect', () => {
    const watch = new RepetitionWatch();
    const call = { id: '1', name: 'run_tests', input: { files: [] } };
    const seen = [1, 2, 3, 4, 5, 6].map((id) => watch.seen({ ...call, id: String(id) }, '1 failed', 'tree'));
    expect(seen).toEqual(['go on', 'go on', 'tell', 'tell', 'tell', 'end']);
  });

  it('may repeat on another tree, with another result or with another input', () => {
    const watch = new RepetitionWatch();
    const call = { id: '1', name: 'run_tests', input: { files: [] } };
    for (let index = 0; index < 10; index += 1) {
      expect(watch.seen(call, '1 failed', `tree ${index}`)).toBe('go on');
      expect(watch.seen(call, `result ${index}`, 'tree')).toBe('go on');
      expect(watch.seen({ ...call, input: { files: [`${index}`] } }, '1 failed', 'tree')).toBe('go on');
    }
  });
});
