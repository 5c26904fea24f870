import { describe, expect, it } from 'vitest';
import { chatFailure } from './chatFailure.ts';

describe('chatFailure', () => {
  const cases: readonly (readonly [
    code: string | undefined,
    message: string,
    causes: readonly string[],
    reason: string,
    retryable: boolean,
    says: RegExp,
  ])[] = [
    ['NoPermissions', 'denied', [], 'unavailable', false, /not allowed.*denied.*allow it when the editor asks/],
    ['NotFound', 'gone', [], 'unavailable', false, /does not have this model.*Choose Policy/],
    ['Blocked', 'used up', [], 'rateLimited', false, /quota.*Resume the run later/],
    ['Unknown', 'failed', ['Error: 429 Too Many Requests'], 'rateLimited', false, /limits requests/],
    ['Unknown', 'Message exceeds token limit.', [], 'contextExceeded', false, /too long/],
    ['Unknown', 'Response got filtered.', [], 'refusal', false, /refused/],
    ['Unknown', 'off_topic', [], 'refusal', false, /refused/],
    ['Unknown', 'failed', ['You are not signed in'], 'unavailable', false, /Sign in with its provider/],
    [undefined, 'socket hang up', [], 'network', true, /socket hang up/],
    [undefined, '', [], 'network', true, /did not say why/],
  ];
  for (const [code, message, causes, reason, retryable, says] of cases)
    it(`takes ${code ?? 'another error'} (${[message, ...causes].join(': ')}) as ${reason}`, () => {
      expect(chatFailure({ code, message, causes })).toEqual({
        reason,
        retryable,
        message: expect.stringMatching(says),
      });
    });
});
