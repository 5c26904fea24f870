// Loads the other bundles of the editor when a person first asks for something; only the later features, which need this file,
// are loaded elsewhere.
import type { CreateHost } from '../host/api.ts';

export async function loadCreateHost(): Promise<CreateHost> {
  return (await import('../host/createHost.ts')).createHost;
}

export async function loadBoundary(): Promise<typeof import('./boundary.ts')> {
  return await import('./boundary.ts');
}

export async function loadPlanText(): Promise<typeof import('../host/planText.ts')> {
  return await import('../host/planText.ts');
}

export async function loadChatModels(): Promise<typeof import('./chatModels.ts')> {
  return await import('./chatModels.ts');
}

export async function loadChoosePolicy(): Promise<typeof import('./choosePolicy.ts')> {
  return await import('./choosePolicy.ts');
}
