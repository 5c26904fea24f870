// From errors of the editor's language models to failures a person can act on. Pure: it knows codes, not the editor.
import type { Failure } from '../protocol/failure.ts';

export interface ChatError {
  /** As the editor's own error has it; undefined for every other error. */
  readonly code: string | undefined;
  readonly message: string;
  /** The messages of what caused it, the nearest first. */
  readonly causes: readonly string[];
}

export function chatFailure({ code, message, causes }: ChatError): Failure {
  const said = [message, ...causes].filter((text) => text !== '').join(': ') || 'it did not say why';
  switch (code) {
    case 'NoPermissions':
      return fatal(
        'unavailable',
        `You have not allowed Ratchet to use this model (${said}). Resume the run and allow it when the editor asks, or run "Manage Language Model Access".`,
      );
    case 'NotFound':
      return fatal(
        'unavailable',
        `The editor does not have this model any more (${said}). Choose another with "Ratchet: Choose Policy".`,
      );
    case 'Blocked':
      return fatal(
        'rateLimited',
        `The quota of this model is used up (${said}). Resume the run later, or choose another policy.`,
      );
    default:
      return fromWords(said);
  }
}

/** Providers put what happened into words alone. */
function fromWords(said: string): Failure {
  if (/rate.?limit|too many requests|\b429\b|quota/i.test(said))
    return fatal('rateLimited', `The model limits requests: ${said}. Resume the run later.`);
  if (/too (?:long|large)|context (?:window|length)|token limit|exceeds?.*tokens/i.test(said))
    return fatal('contextExceeded', `The request is too long for the model: ${said}`);
  if (/off.?topic|content filter|filtered|responsible ai|refus/i.test(said))
    return fatal('refusal', `The model refused to answer: ${said}`);
  if (/sign(?:ed)? ?in|log(?:ged)? ?in|unauthori[sz]ed|subscription|entitle/i.test(said))
    return fatal('unavailable', `The model cannot be asked: ${said}. Sign in with its provider, then resume the run.`);
  return { reason: 'network', message: `The model could not answer: ${said}`, retryable: true };
}

const fatal = (reason: string, message: string): Failure => ({ reason, message, retryable: false });
