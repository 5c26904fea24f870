// Random edits of a small tree: writing, deleting, linking, mode bits, and files, links and folders in each other's place.
import { chmodSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

export interface RandomEdit {
  readonly name: string;
  readonly kind: 'write' | 'delete' | 'link' | 'mode';
  readonly text: string;
}

const names = ['a.txt', 'src', 'src/b.txt', 'src/deep', 'src/deep/c.txt', 'x', 'x/y', 'x/y/z', 'ignored.txt', 'é'];

export const randomEdits = (maxLength: number): fc.Arbitrary<RandomEdit[]> =>
  fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      kind: fc.constantFrom('write', 'delete', 'link', 'mode'),
      text: fc.constantFrom('', 'a', 'b', 'a\r\n', '\uFEFFb\n', '\0'),
    }),
    { maxLength },
  );

export function applyEdit(root: string, { name, kind, text }: RandomEdit): void {
  const target = join(root, name);
  const folders = name.split('/').slice(0, -1);
  for (const [index] of folders.entries()) {
    const folder = join(root, ...folders.slice(0, index + 1));
    if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(folder);
  }
  if (kind === 'mode') {
    const stat = lstatSync(target, { throwIfNoEntry: false });
    if (stat?.isFile()) chmodSync(target, (stat.mode & 0o111) === 0 ? 0o755 : 0o644);
    return;
  }
  rmSync(target, { recursive: true, force: true });
  if (kind === 'delete') return;
  mkdirSync(join(target, '..'), { recursive: true });
  if (kind === 'write') writeFileSync(target, text);
  else symlinkSync(text.replaceAll('\0', '0') || 'nowhere', target);
}
