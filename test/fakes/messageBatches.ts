// The Message Batches API of the fake server: batches that end after a number of looks, with results in reverse order.
import type { Block, FakeAnswer, FakeRequest } from './messagesServer.ts';

export interface FakeBatch {
  readonly id: string;
  readonly requests: readonly { readonly custom_id: string; readonly params: FakeRequest }[];
  looks: number;
  isCanceled: boolean;
}

export interface BatchBehaviour {
  /** Looks until a batch has ended. */
  looks: number;
  /** What becomes of a request instead of an answer. */
  readonly instead?: (number: number) => 'expired' | 'canceled' | 'missing' | undefined;
}

export class FakeBatches {
  readonly all: FakeBatch[] = [];
  readonly #behaviour: BatchBehaviour;
  readonly #answer: (request: FakeRequest, number: number) => FakeAnswer;

  constructor(behaviour: BatchBehaviour, answer: (request: FakeRequest, number: number) => FakeAnswer) {
    this.#behaviour = behaviour;
    this.#answer = answer;
  }

  create(requests: FakeBatch['requests']): unknown {
    const batch = { id: `msgbatch_${this.all.length + 1}`, requests, looks: 0, isCanceled: false };
    this.all.push(batch);
    return this.#status(batch);
  }

  /** What is said of a batch; undefined when there is none. */
  look(id: string): unknown {
    const batch = this.find(id);
    if (batch === undefined) return undefined;
    batch.looks += 1;
    return this.#status(batch);
  }

  cancel(id: string): unknown {
    const batch = this.find(id);
    if (batch === undefined) return undefined;
    batch.isCanceled = true;
    return this.#status(batch);
  }

  find(id: string): FakeBatch | undefined {
    return this.all.find((batch) => batch.id === id);
  }

  /** One JSON document a line. */
  results(batch: FakeBatch): string {
    const results = batch.requests.map(({ custom_id, params }, index) => ({
      custom_id,
      result: this.#result(params, index + 1),
    }));
    return results
      .filter(({ result }) => result !== undefined)
      .reverse()
      .map((result) => `${JSON.stringify(result)}\n`)
      .join('');
  }

  #result(request: FakeRequest, number: number): unknown {
    const instead = this.#behaviour.instead?.(number);
    if (instead === 'missing') return undefined;
    if (instead !== undefined) return { type: instead };
    const answer = this.#answer(request, number);
    if (answer.kind === 'error')
      return { type: 'errored', error: { type: 'error', error: { type: answer.type, message: answer.message } } };
    if (answer.kind === 'message') return { type: 'succeeded', message: messageOf(request.model, answer) };
    return { type: 'succeeded', message: answer };
  }

  #status({ id, looks, isCanceled }: FakeBatch): unknown {
    const isEnded = isCanceled || looks >= this.#behaviour.looks;
    return { id, type: 'message_batch', processing_status: isEnded ? 'ended' : 'in_progress', results_url: null };
  }
}

function messageOf(model: string, answer: Extract<FakeAnswer, { kind: 'message' }>): unknown {
  const { blocks, stopReason, usage } = answer;
  return {
    id: 'msg_fake',
    type: 'message',
    role: 'assistant',
    model,
    content: blocks.map((block, index) => contentOf(block, `toolu_${index}`)),
    stop_reason: stopReason ?? (blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn'),
    stop_details: null,
    usage: { input_tokens: 100, output_tokens: 50, ...usage },
  };
}

const contentOf = (block: Block, id: string): unknown =>
  block.type === 'tool_use' ? { type: block.type, id, name: block.name, input: block.input ?? {} } : block;
