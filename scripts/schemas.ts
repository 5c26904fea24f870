// Writes the JSON schemas that editors use for completion and validation, from the schemas of the protocol.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { configSchema } from '../src/protocol/config.ts';
import { planSchema } from '../src/protocol/plan.ts';
import { ruleFileSchema } from '../src/protocol/rules.ts';

const folder = join(import.meta.dirname, '..', 'media', 'schemas');
mkdirSync(folder, { recursive: true });
const schemas = { config: configSchema, plan: planSchema, rules: ruleFileSchema };
for (const [name, schema] of Object.entries(schemas)) {
  const json = { title: `Ratchet ${name}`, ...z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) };
  writeFileSync(join(folder, `${name}.schema.json`), `${JSON.stringify(json, null, 2)}\n`);
}
