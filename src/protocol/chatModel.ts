// Models that the editor lends: the port between the policy that asks and the editor that has them. Plain data, so that
// neither side knows the other; what a model says is checked by whoever reads it.
import type { Result } from './result.ts';

export interface ChatModel {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly family: string;
  /** Tokens that a request may have. */
  readonly maxInputTokens: number;
}

export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'call';
      readonly id: string;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'result'; readonly id: string; readonly text: string };

export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly parts: readonly ChatPart[];
}

export interface ChatTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface ChatAnswer {
  readonly text: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly input: unknown }[];
}

/** `Context` is how a request is canceled and followed, which this layer has no words for. */
export interface ChatModels<Context> {
  /** Every model there is; none is no failure. Asks the person nothing. */
  list(): Promise<readonly ChatModel[]>;
  /** The first request to a model may ask the person for consent. */
  send(
    model: string,
    messages: readonly ChatMessage[],
    tools: readonly ChatTool[],
    context: Context,
  ): Promise<Result<ChatAnswer>>;
}
