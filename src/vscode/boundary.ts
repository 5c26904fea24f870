// What reaches the editor's code from outside, read by its schema: the panel's messages, arguments of commands and the settings. A bundle of its
// own, loaded at first use, so that activation does not load the schemas.
import { type PolicyChoice, policyChoiceSchema } from '../protocol/config.ts';
import { type AskedSymptom, askedSymptomSchema } from '../protocol/investigation.ts';
import { type PanelToHost, panelToHostSchema } from '../protocol/messages.ts';

/** undefined for what is no message of ours. */
export function parsePanelMessage(message: unknown): PanelToHost | undefined {
  const parsed = panelToHostSchema.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}

/** undefined for what is no symptom: menus hand over whatever they stand on. */
export function parseSymptom(given: unknown): AskedSymptom | undefined {
  const parsed = askedSymptomSchema.safeParse(given);
  return parsed.success ? parsed.data : undefined;
}

/** undefined leaves the choice to `.ratchet/config.yml`. */
export function parsePolicySetting(kind: string | undefined, model: string | undefined): PolicyChoice | undefined {
  if (kind === undefined || kind === 'repository') return undefined;
  const parsed = policyChoiceSchema.safeParse({ kind, ...(model === undefined ? {} : { model }) });
  return parsed.success ? parsed.data : undefined;
}
