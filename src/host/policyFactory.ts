// From the person's choice to a policy. The SDK of the claude policy is loaded only when it is chosen.
import { isAbsolute, join } from 'node:path';
import type { Policy } from '../policies/policy.ts';
import { createRecordedPolicy } from '../policies/recorded.ts';
import { loadScriptedPolicy } from '../policies/scripted.ts';
import { isCassettePath } from '../protocol/cassettePath.ts';
import type { PolicyChoice } from '../protocol/config.ts';
import type { ModelName } from '../protocol/policy.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { HostOptions } from './api.ts';
import { readCassette } from './cassette.ts';
import { runClaudeCode } from './claudeCodeProgram.ts';
import { findClaudeCode } from './findClaudeCode.ts';
import { recordedAnswers } from './recordedAnswers.ts';
import type { RunStore } from './runStore.ts';

export interface PolicyParts {
  readonly root: string;
  readonly commonDir: string;
  readonly store: RunStore;
  readonly apiKey: () => Promise<string | undefined>;
  readonly baseUrl: string | undefined;
  readonly chatModels: HostOptions['chatModels'];
}

export async function makePolicy(choice: PolicyChoice, parts: PolicyParts): Promise<Result<Policy>> {
  switch (choice.kind) {
    case 'claude': {
      const { batchesIn, createClaudePolicy } = await import('../policies/claude/claudePolicy.ts');
      const { model, effort, thinking, window, prices } = choice;
      const account = { apiKey: await parts.apiKey(), baseUrl: parts.baseUrl };
      const batch = choice.batch === true ? { batch: batchesIn(join(parts.commonDir, 'ratchet', 'batches')) } : {};
      return success(createClaudePolicy({ ...account, model, effort, thinking, window, prices, ...batch }));
    }
    case 'claudeCode': {
      const { createClaudeCodePolicy } = await import('../policies/claudeCode/claudeCodePolicy.ts');
      const { model, effort, window } = choice;
      const isInstalled = findClaudeCode() !== undefined;
      return success(createClaudeCodePolicy({ run: runClaudeCode, isInstalled, model, effort, window }));
    }
    case 'languageModel': {
      const { createLanguageModelPolicy } = await import('../policies/languageModel/languageModelPolicy.ts');
      return success(createLanguageModelPolicy({ models: parts.chatModels, model: choice.model }));
    }
    case 'scripted': {
      if (choice.file === undefined)
        return failure(
          'configuration',
          'The scripted policy needs the file with its answers (policy.file in .ratchet/config.yml).',
        );
      return await loadScriptedPolicy(isAbsolute(choice.file) ? choice.file : join(parts.root, choice.file));
    }
    case 'recorded': {
      if (choice.run === undefined)
        return failure('configuration', 'The recorded policy needs the run whose answers it repeats (policy.run).');
      if (isCassettePath(choice.run)) {
        const cassette = await readCassette(isAbsolute(choice.run) ? choice.run : join(parts.root, choice.run));
        return cassette.ok ? success(createRecordedPolicy(recordedAnswers(cassette.value))) : cassette;
      }
      const read = await parts.store.read(choice.run);
      if (!read.ok) return read;
      return success(createRecordedPolicy(recordedAnswers(read.value.entries)));
    }
  }
}

/** The models that can be chosen: those of the API, for the key that is set. */
export async function listModels(
  parts: Pick<PolicyParts, 'apiKey' | 'baseUrl'>,
  signal: AbortSignal,
): Promise<Result<ModelName[]>> {
  const { listClaudeModels } = await import('../policies/claude/claudePolicy.ts');
  return await listClaudeModels({ apiKey: await parts.apiKey(), baseUrl: parts.baseUrl }, signal);
}

/** Whether there is somebody to ask, as far as that is known without asking. */
export async function canBeAsked(
  choice: PolicyChoice,
  { apiKey, chatModels }: Pick<PolicyParts, 'apiKey'> & { readonly chatModels?: PolicyParts['chatModels'] },
): Promise<boolean> {
  switch (choice.kind) {
    case 'claude':
      return ((await apiKey()) ?? '') !== '';
    case 'claudeCode':
      return findClaudeCode() !== undefined;
    case 'languageModel':
      return chatModels !== undefined;
    case 'scripted':
    case 'recorded':
      return true;
  }
}

/** What a person chose, over what the repository says; its other settings stay where the kind is the same. */
export function chosenPolicy(own: PolicyChoice | undefined, repositorys: PolicyChoice): PolicyChoice {
  if (own === undefined) return repositorys;
  return own.kind === repositorys.kind ? { ...repositorys, ...own } : own;
}

/** The policy in words, before it is made. */
export function policyTitle(choice: PolicyChoice): string {
  const detail = choice.kind === 'scripted' ? choice.file : choice.kind === 'recorded' ? choice.run : choice.model;
  return detail === undefined ? choice.kind : `${choice.kind} (${detail})`;
}
