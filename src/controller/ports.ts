// What the engine needs of the world. The host implements it; tests implement it without a disk or a clock.

import type { Failure } from '../protocol/failure.ts';
import type { JournalEntry, JournalEvent } from '../protocol/journal.ts';
import type { Usage } from '../protocol/policy.ts';
import type { SpanRecord } from '../protocol/trace.ts';
import type { Digest } from './chain.ts';

export type ActivityResult =
  | { readonly ok: true; readonly output: unknown; readonly usage: Usage | null; readonly spans: SpanRecord[] }
  | { readonly ok: false; readonly failure: Failure; readonly spans: SpanRecord[] };

/** `cancel` asks the work to end; `result` then settles soon, with whatever it has. */
export interface ActivityTask {
  readonly result: Promise<ActivityResult>;
  cancel(): void;
}

export interface EnginePorts {
  /** Resolves when the entry is on disk. Nothing is used before that. */
  append(event: JournalEvent): Promise<JournalEntry>;
  execute(name: string, input: unknown, info: { activity: number; attempt: number }): ActivityTask;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms` milliseconds unless the returned function is called first. */
  timer(ms: number, callback: () => void): () => void;
  /** Resolves after every promise reaction that is already possible has run: one turn of the event loop. */
  settle(): Promise<void>;
  readonly digest: Digest;
}
