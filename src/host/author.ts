// Who is at the keyboard, as git knows them: for what a person answers for.
import type { Repository } from '../gym/git.ts';

/** `NAME <EMAIL>`; `somebody` where git has neither. */
export async function authorOf({ git }: Repository): Promise<string> {
  const ident = await git.raw(['var', 'GIT_AUTHOR_IDENT']).catch(() => '');
  return ident.replace(/ \d+ [+-]\d{4}\s*$/, '').trim() || 'somebody';
}
