// The ids of the code and of the manifest are the same, and every text of the manifest is translated.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { configSchema } from '../protocol/config.ts';
import { planSchema } from '../protocol/plan.ts';
import { ruleFileSchema } from '../protocol/rules.ts';
import { commands, panelView } from './ids.ts';

const root = resolve(import.meta.dirname, '../..');
const manifestText = readFileSync(join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(manifestText);
const texts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'));

describe('the manifest', () => {
  it('declares exactly the commands of the code', () => {
    const declared: string[] = manifest.contributes.commands.map(({ command }: { command: string }) => command);
    expect(declared.sort()).toEqual(Object.values(commands).sort());
  });

  it('names only commands that exist', () => {
    const used = Array.from(
      manifestText.matchAll(/"command": "(ratchet\.\w+)"|command:(ratchet\.\w+)/g),
      ([, a, b]) => a ?? b,
    );
    const known: string[] = Object.values(commands);
    for (const id of used) expect(known).toContain(id);
  });

  it('has a text for every key, and a key for every text', () => {
    const keys = new Set(Array.from(manifestText.matchAll(/"%([\w.]+)%"/g), ([, key]) => key));
    expect([...keys].sort()).toEqual(Object.keys(texts).sort());
  });

  it('says what it does where it is not trusted, and stays off the start of the editor', () => {
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
    expect(manifest.activationEvents).not.toContain('*');
    expect(manifest.activationEvents).not.toContain('onStartupFinished');
    expect(manifest.contributes.views.ratchet[0].id).toBe(panelView);
  });

  it('carries schemas that are those of the protocol', () => {
    for (const [name, schema] of Object.entries({ config: configSchema, plan: planSchema, rules: ruleFileSchema })) {
      const path = join(root, 'media', 'schemas', `${name}.schema.json`);
      expect(existsSync(path)).toBe(true);
      const expected = { title: `Ratchet ${name}`, ...z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) };
      expect(JSON.parse(readFileSync(path, 'utf8')), 'run: npm run schemas').toEqual(
        JSON.parse(JSON.stringify(expected)),
      );
    }
  });
});
