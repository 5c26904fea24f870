// What decides how git converts a file: attributes and settings. A git that stays remembers what it read of them, so it
// may only be asked again while these files are as they were when it could have read them.
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { GitConversation } from './gitConversation.ts';
import { absolutePath, foldersOf, type PathBytes } from './pathBytes.ts';
import type { Place } from './place.ts';

/** By conversation: the files that its git may have read, each as it stood before. */
const marks = new WeakMap<GitConversation, Map<string, string>>();

/** Ends the conversation's git when it may know something of these paths that no longer holds. */
export async function freshFor(conversation: GitConversation, place: Place, paths: Iterable<PathBytes>): Promise<void> {
  const known = marks.get(conversation) ?? new Map<string, string>();
  marks.set(conversation, known);
  const asked = new Set(['', ...[...paths].flatMap(foldersOf)]);
  const files = [...asked].map((folder) =>
    absolutePath(place.root, folder === '' ? attributes : `${folder}/${attributes}`),
  );
  const settings = await settingsFiles(place);
  const found = await Promise.all([...settings.map((file) => Buffer.from(file)), ...files].map(markOf));
  const isSame = found.every(([file, mark]) => (known.get(file) ?? mark) === mark);
  if (!isSame) {
    conversation.end();
    known.clear();
    settingsOf.delete(keyOf(place));
  }
  for (const [file, mark] of found) known.set(file, mark);
}

const attributes = '.gitattributes';

async function markOf(file: Buffer): Promise<readonly [string, string]> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  const mark = found === undefined ? '' : [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
  return [file.toString('latin1'), mark];
}

const settingsOf = new Map<string, Promise<readonly string[]>>();
const keyOf = ({ root, options }: Place): string => `${options.env?.GIT_DIR ?? ''}\0${root}`;

/** Asked once, and again when one of them was written: what they include is known to git alone. */
function settingsFiles(place: Place): Promise<readonly string[]> {
  const key = keyOf(place);
  const files = settingsOf.get(key) ?? askForFiles(place);
  settingsOf.set(key, files);
  files.catch(() => settingsOf.delete(key));
  return files;
}

async function askForFiles({ git, options }: Place): Promise<readonly string[]> {
  const [places, settings] = await Promise.all([
    git.bytes(['rev-parse', '--git-common-dir', '--absolute-git-dir'], options),
    git.bytes(['config', '--list', '--show-origin', '-z'], options),
  ]);
  const [common = '', gitDir = ''] = places.toString('utf8').split('\n');
  const commonDir = resolve(git.directory, common);
  const named = settingsIn(settings).flatMap(({ origin, key, value }) => {
    const file = isAbsolute(origin) ? origin : join(git.directory, origin);
    // A file that says nothing yet is named by who includes it alone.
    const isPath = /^(core\.attributesfile|include(if\..*)?\.path)$/s.test(key);
    return isPath ? [file, resolve(dirname(file), value.replace(/^~(?=\/)/, homedir()))] : [file];
  });
  const home = homedir();
  const personal = join(process.env.XDG_CONFIG_HOME ?? join(home, '.config'), 'git');
  const files = [
    ...named,
    join(commonDir, 'config'),
    join(commonDir, 'info', 'attributes'),
    join(gitDir, 'config.worktree'),
    // Settings may be included for a branch.
    join(gitDir, 'HEAD'),
    join(home, '.gitconfig'),
    join(personal, 'config'),
    join(personal, 'attributes'),
    '/etc/gitattributes',
  ];
  return [...new Set(files)];
}

/** What `git config --list --show-origin -z` says that stands in files. */
function settingsIn(listing: Buffer): { origin: string; key: string; value: string }[] {
  const parts = listing.toString('utf8').split('\0');
  const found: { origin: string; key: string; value: string }[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, origin] = /^file:(.+)$/s.exec(parts[at] ?? '') ?? [];
    const [key = '', ...value] = (parts[at + 1] ?? '').split('\n');
    if (origin !== undefined) found.push({ origin, key, value: value.join('\n') });
  }
  return found;
}
