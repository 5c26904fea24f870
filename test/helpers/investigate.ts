// `ratchet investigate --json` in a repository, and the document that it prints.
import { expect } from 'vitest';
import { investigationDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { ratchet } from './cli.ts';

export async function investigateIn(root: string, ...args: string[]) {
  const ran = await ratchet(root, ['investigate', ...args, '--json']);
  expect(ran.stdout, ran.stderr).not.toBe('');
  return { ...ran, document: investigationDocumentSchema.parse(JSON.parse(ran.stdout)) };
}
