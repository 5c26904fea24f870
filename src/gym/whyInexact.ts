// Why a tree cannot be brought back byte for byte, or that it can. A restore point always can; an ordinary snapshot only
// where git converts nothing and every file is checked out.
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { failure, type Result } from '../protocol/result.ts';
import type { Repository } from './git.ts';
import { splitPaths } from './pathBytes.ts';

export async function whyInexact(repository: Repository, tree: string): Promise<Result<never> | undefined> {
  const { git } = repository;
  const type = await git.raw(['cat-file', '-t', tree]).catch(() => '');
  if (!/^[0-9a-f]{40,64}$/.test(tree) || type.trim() !== 'tree')
    return failure('noSuchTree', `Git knows no tree ${tree} here. It may have been dropped with its run.`);
  const marked = await git.raw(['for-each-ref', '--format=%(refname)', `refs/ratchet/*/exact/${tree}`]);
  if (marked.trim() !== '') return undefined;
  const why = await conversion(repository, tree);
  if (why === undefined) return undefined;
  return failure(
    'notExact',
    `This snapshot cannot be brought back byte for byte, since ${why}. Only a restore point can; nothing was changed.`,
  );
}

const isThere = async (file: string): Promise<boolean> => ((await stat(file).catch(() => undefined))?.size ?? 0) > 0;

async function conversion({ git, commonDir }: Repository, tree: string): Promise<string | undefined> {
  const setting = async (name: string) => (await git.raw(['config', '--get', name]).catch(() => '')).trim();
  const endings = await setting('core.autocrlf');
  if (endings !== '' && endings !== 'false') return `core.autocrlf is ${endings} here`;
  const own = join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'git', 'attributes');
  if ((await setting('core.attributesFile')) !== '' || (await isThere(own)))
    return 'you have attributes for all your repositories';
  if (await isThere(join(commonDir, 'info', 'attributes'))) return 'this repository has attributes of its own';
  // Asked of the file, since our own commands run with sparse checkouts off.
  const tags = (await git.bytes(['ls-files', '-v', '-z'])).toString('latin1');
  if (/(^|\0)[Ss] /.test(tags)) return 'this is a sparse checkout';
  if (/(^|\0)[a-z] /.test(tags)) return 'git is told to take files for unchanged here';
  const names = splitPaths(await git.bytes(['ls-tree', '-r', '-z', '--name-only', '--full-tree', tree]));
  const attributes = names.find((name) => name === '.gitattributes' || name.endsWith('/.gitattributes'));
  return attributes === undefined ? undefined : 'it has a .gitattributes file';
}
