import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { choosePerspectives, parsePerspective, readPerspectives } from './perspectives.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ratchet-perspectives-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (name: string, text: string) => {
  mkdirSync(join(root, '.ratchet', 'perspectives'), { recursive: true });
  writeFileSync(join(root, '.ratchet', 'perspectives', name), text);
};
const value = async () => {
  const read = await readPerspectives(root);
  if (!read.ok) throw new Error(read.failure.message);
  return read.value;
};

describe('perspectives', () => {
  it('come with seven built in', async () => {
    const names = (await value()).map(({ name }) => name);
    expect(names).toEqual(['architect', 'maintainer', 'operator', 'performance', 'sceptic', 'security', 'tester']);
  });

  it('are added and replaced by files of the repository', async () => {
    write('accessibility.md', 'Who cannot use it?\n');
    write('t.md', '---\nname: tester\ndescription: Ours.\n---\nProve it by properties.\n');
    const known = await value();
    expect(known.find(({ name }) => name === 'accessibility')).toMatchObject({ brief: 'Who cannot use it?' });
    expect(known.find(({ name }) => name === 'tester')).toEqual({
      name: 'tester',
      description: 'Ours.',
      brief: 'Prove it by properties.',
      path: '.ratchet/perspectives/t.md',
    });
    expect(known).toHaveLength(8);
  });

  it('are chosen by name, in order, each once; an unknown one is told with those that are known', async () => {
    const inline = { name: 'lawyer', brief: 'Licences.' };
    const chosen = choosePerspectives(['tester', inline, 'tester'], await value());
    expect(chosen.ok && chosen.value.map(({ name }) => name)).toEqual(['tester', 'lawyer']);
    const unknown = choosePerspectives(['testr'], await value());
    expect(unknown.ok ? '' : unknown.failure.message).toContain('Known are architect, maintainer');
  });

  it('tell what is wrong with a file', () => {
    const message = (text: string) => {
      const parsed = parsePerspective(text, 'x.md');
      return parsed.ok ? '' : parsed.failure.message;
    };
    expect(message('---\nname: a: b\n---\nText')).toContain('x.md: the front matter is not YAML');
    expect(message('---\nname: Big Name\n---\nText')).toContain('x.md: name: a name has small letters');
    expect(message('---\ntools: all\n---\nText')).toContain('x.md: front matter');
    expect(message('---\nname: a\n---\n\n')).toContain('says nothing');
    expect(message('a'.repeat(9_000))).toContain('more than 8000');
    expect(parsePerspective('Text\n---\nmore', 'my-own.md')).toMatchObject({ ok: true, value: { name: 'my-own' } });
  });
});
