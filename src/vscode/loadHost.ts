// The only file of the editor that loads other bundles, and it does so when a person first asks for something, or when there is time.
import type { CreateHost } from '../host/api.ts';
import type { Feature } from './feature.ts';

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

export async function loadLaterFeatures(): Promise<Readonly<Record<string, Feature>>> {
  return (await import('./laterFeatures.ts')).laterFeatures;
}
