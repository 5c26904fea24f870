// From the person's choice to a policy. The SDK of the claude policy is loaded only when it is chosen.
import { isAbsolute, join } from 'node:path';
import type { Policy } from '../policies/policy.ts';
import { createRecordedPolicy } from '../policies/recorded.ts';
import { loadScriptedPolicy } from '../policies/scripted.ts';
import type { PolicyChoice } from '../protocol/config.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import { isCassettePath, readCassette } from './cassette.ts';
import { recordedAnswers } from './recordedAnswers.ts';
import type { RunStore } from './runStore.ts';

export interface PolicyParts {
  readonly root: string;
  readonly store: RunStore;
  readonly apiKey: () => Promise<string | undefined>;
  readonly baseUrl: string | undefined;
}

export async function makePolicy(choice: PolicyChoice, parts: PolicyParts): Promise<Result<Policy>> {
  switch (choice.kind) {
    case 'claude': {
      const { createClaudePolicy } = await import('../policies/claude/claudePolicy.ts');
      const apiKey = await parts.apiKey();
      return success(createClaudePolicy({ apiKey, baseUrl: parts.baseUrl, model: choice.model }));
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

/** The policy in words, before it is made. */
export function policyTitle(choice: PolicyChoice): string {
  const detail = choice.kind === 'claude' ? choice.model : choice.kind === 'scripted' ? choice.file : choice.run;
  return detail === undefined ? choice.kind : `${choice.kind} (${detail})`;
}
