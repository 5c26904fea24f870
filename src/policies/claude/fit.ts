// Makes a request that fits into the model's window: the first of ever shorter ones that does. Most need no counting.
import { type Result, success } from '../../protocol/result.ts';
import type { Body } from './client.ts';
import { policyFailure } from './failures.ts';

export interface Fitted {
  readonly body: Body;
  /** Which of the ever shorter requests it is; 0 is the whole one. */
  readonly level: number;
}

/** Characters in one token, on the careful side: below this share of the window nobody counts. */
const charactersPerToken = 2.5;
const nearShare = 0.8;

export async function fitting(
  make: (level: number) => Body | undefined,
  options: {
    readonly from: number;
    /** Tokens of the window; asked for only when a request is large. */
    readonly window: () => Promise<number>;
    readonly smallestWindow: number;
    /** Input tokens by the provider's count; undefined when it cannot be had. */
    readonly count: (body: Body) => Promise<number | undefined>;
  },
): Promise<Result<Fitted>> {
  for (let level = options.from; ; level += 1) {
    const body = make(level);
    if (body === undefined)
      return policyFailure(
        'contextExceeded',
        'The request does not fit into the window of the model, even with everything left out that can be. Choose a model with a larger window (policy.model), or make the step or context.tokens smaller.',
      );
    const estimate = JSON.stringify(body).length / charactersPerToken;
    if (estimate <= nearShare * options.smallestWindow - body.max_tokens) return success({ body, level });
    const room = (await options.window()) - body.max_tokens;
    if (estimate <= nearShare * room) return success({ body, level });
    if (((await options.count(body)) ?? estimate) <= room) return success({ body, level });
  }
}
