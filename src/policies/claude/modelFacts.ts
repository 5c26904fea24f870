// What the API says of a model: its window, and which settings it takes. A gateway may not say; then nothing is known.
import * as z from 'zod';
import type { PolicyChoice } from '../../protocol/config.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { Body } from './client.ts';
import { policyFailure } from './failures.ts';

const support = z.object({ supported: z.boolean() }).nullish();

const modelSchema = z.object({
  max_input_tokens: z.number().int().positive().nullish(),
  capabilities: z
    .object({
      effort: z.object({ low: support, medium: support, high: support, xhigh: support, max: support }).nullish(),
      thinking: z
        .object({
          types: z.object({ adaptive: support, between_tools: support, disabled: support, enabled: support }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});
export type ModelFacts = z.infer<typeof modelSchema>;

export const parseModelFacts = (value: unknown): ModelFacts => {
  const parsed = modelSchema.safeParse(value);
  return parsed.success ? parsed.data : {};
};

export type Effort = NonNullable<PolicyChoice['effort']>;
export type Thinking = NonNullable<PolicyChoice['thinking']>;

type Settings = Pick<Body, 'thinking'> & { readonly effort?: Effort };

/** The settings of a configuration in the form that the model takes, or why it does not. */
export function settingsFor(
  model: string,
  asked: { readonly effort: Effort | undefined; readonly thinking: Thinking | undefined },
  facts: ModelFacts,
  maxTokens: number,
): Result<Settings> {
  const thinking = thinkingFor(model, asked.thinking, facts, maxTokens);
  if (!thinking.ok) return thinking;
  const { effort } = asked;
  const known = facts.capabilities?.effort;
  if (effort !== undefined && known != null && known[effort]?.supported !== true) {
    const taken = Object.entries(known).flatMap(([name, level]) => (level?.supported === true ? [name] : []));
    return policyFailure(
      'unavailable',
      `${model} does not take policy.effort: ${effort}. It takes ${taken.join(', ') || 'none: remove the line'}.`,
    );
  }
  return success({ ...thinking.value, ...(effort === undefined ? {} : { effort }) });
}

function thinkingFor(
  model: string,
  asked: Thinking | undefined,
  facts: ModelFacts,
  maxTokens: number,
): Result<Pick<Body, 'thinking'>> {
  if (asked === undefined) return success({});
  const types = facts.capabilities?.thinking?.types;
  const takes = (type: 'adaptive' | 'between_tools' | 'disabled' | 'enabled', unless: boolean): boolean =>
    types == null ? unless : types[type]?.supported === true;
  if (asked === 'on') {
    // A summary is what a person can follow while it works.
    if (takes('adaptive', true)) return success({ thinking: { type: 'adaptive', display: 'summarized' } });
    if (takes('enabled', false))
      return success({ thinking: { type: 'enabled', budget_tokens: Math.floor(maxTokens / 2) } });
    return policyFailure('unavailable', `${model} cannot think. Remove policy.thinking, or choose another model.`);
  }
  if (takes('between_tools', false)) return success({ thinking: { type: 'between_tools' } });
  if (takes('disabled', true)) return success({ thinking: { type: 'disabled' } });
  return policyFailure('unavailable', `${model} always thinks. Remove policy.thinking: off, or choose another model.`);
}
