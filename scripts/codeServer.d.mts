export const version: string;
export function ensureCodeServer(root: string, say?: (text: string) => void): string;
export function freePort(wanted?: number): Promise<number>;
export function startCodeServer(options: {
  root: string;
  port: number;
  dataDirectory: string;
  installed?: string | undefined;
  beside?: string | undefined;
  withoutTrust?: boolean;
  env?: NodeJS.ProcessEnv;
  say?: (text: string) => void;
}): Promise<{ url: string; pid: number; stop(): Promise<void>; output(): string }>;
export function workbenchUrl(options: {
  url: string;
  folder: string;
  workspace?: string;
  extension?: string | undefined;
  more?: readonly (readonly [string, string])[];
}): string;
