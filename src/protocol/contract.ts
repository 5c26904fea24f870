// The feature contract: what every feature brings along, which of it a repository asks for, and what was found of each item.
import * as z from 'zod';

/** In the order of the contract: behaviour, physics, deployment. */
export const contractItemNames = [
  'unitTests',
  'integrationTests',
  'endToEndTests',
  'tracing',
  'metrics',
  'logging',
  'infrastructure',
  'pipeline',
  'rollback',
] as const;
export const contractItemNameSchema = z.enum(contractItemNames);
export type ContractItemName = z.infer<typeof contractItemNameSchema>;

const itemMode = z
  .enum(['required', 'advisory', 'off'])
  .describe('required: the change fails without it; advisory: it is a warning; off: nobody looks.');

export const contractConfigSchema = z.strictObject({
  unitTests: itemMode.default('required'),
  integrationTests: itemMode.default('required'),
  endToEndTests: itemMode.default('advisory'),
  tracing: itemMode.default('required'),
  metrics: itemMode.default('advisory'),
  logging: itemMode.default('required'),
  infrastructure: itemMode.default('required'),
  pipeline: itemMode.default('required'),
  rollback: itemMode.default('required'),
  except: z
    .array(z.string().min(1))
    .default(['**/{scripts,bench,benchmarks,examples,fixtures,generated,vendor,node_modules,dist}/**'])
    .describe('Globs of code that is no part of a feature.'),
  infrastructureFiles: z
    .array(z.string().min(1))
    .min(1)
    .default(['**/*.tf', '**/*.tfvars', '**/*.tf.json'])
    .describe('Globs of the files that declare where features run.'),
});
export type ContractConfig = z.infer<typeof contractConfigSchema>;

/** `unproven`: it is asked for, and what was found proves neither that it is there nor that it is missing. */
export const contractItemSchema = z.object({
  item: contractItemNameSchema,
  status: z.enum(['passed', 'failed', 'unproven', 'notApplicable']),
  /** Why it is asked for or not, and what was found. */
  reason: z.string(),
  /** What shows it: a path, with a line, a chain of imports or a name behind it. */
  evidence: z.array(z.string()),
});
export type ContractItem = z.infer<typeof contractItemSchema>;
