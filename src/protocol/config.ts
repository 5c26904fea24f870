// `.ratchet/config.yml`: what a repository decides about its own supervision. Every field has a default.
import * as z from 'zod';
import { contractConfigSchema } from './contract.ts';
import { testRunnerNames } from './testReport.ts';
import { gateNameSchema } from './verdict.ts';

export const gateModeSchema = z
  .enum(['required', 'advisory', 'off'])
  .describe('required: the gate must pass; advisory: it is shown, but does not block; off: it is not run.');
export type GateMode = z.infer<typeof gateModeSchema>;

export const budgetSchema = z.strictObject({
  turns: z.number().int().positive().default(60).describe('Answers of the policy in the whole run.'),
  tokens: z.number().int().positive().default(2_000_000).describe('Input and output tokens in the whole run.'),
  usd: z.number().positive().default(10).describe('Cost of the whole run, in US dollars.'),
  wallMinutes: z.number().positive().default(60).describe('Minutes the run may work; waiting for a person is free.'),
  repairs: z
    .number()
    .int()
    .nonnegative()
    .default(4)
    .describe('The most repairs of one step with the findings of the gates; repairs that do not help end sooner.'),
  ways: z
    .number()
    .int()
    .positive()
    .max(8)
    .default(1)
    .describe(
      'Independent ways through each step, at the same time; the best by its verdicts is taken. Each costs its own.',
    ),
});
export type Budget = z.infer<typeof budgetSchema>;

/** US dollars for a million tokens. */
export const priceSchema = z.strictObject({
  input: z.number().nonnegative().describe('Input outside of the cache.'),
  output: z.number().nonnegative().describe('Output, thinking included.'),
  cacheRead: z.number().nonnegative().optional().describe('Input from the cache; without it, a tenth of `input`.'),
  cacheWrite: z.number().nonnegative().optional().describe('Input into the cache; without it, 1.25 times `input`.'),
});
export type Price = z.infer<typeof priceSchema>;

export const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

export const policyChoiceSchema = z.strictObject({
  kind: z
    .enum(['claude', 'claudeCode', 'languageModel', 'scripted', 'recorded'])
    .default('claude')
    .describe(
      'Who proposes. claude: the Messages API, with a key; claudeCode: the Claude Code that is installed and logged in; languageModel: a model of the editor; scripted, recorded: no model.',
    ),
  model: z
    .string()
    .optional()
    .describe('The model: an id such as claude-sonnet-5-5, or what claudeCode or the editor calls it.'),
  effort: z
    .enum(efforts)
    .optional()
    .describe('claude, claudeCode: how much the model works on an answer; its own default without it.'),
  thinking: z
    .enum(['on', 'off'])
    .optional()
    .describe('claude: whether the model thinks before it answers; its own default without it.'),
  window: z
    .number()
    .int()
    .min(20_000)
    .optional()
    .describe('claude, claudeCode: tokens of the context window, where the API does not say or fewer are wanted.'),
  batch: z
    .boolean()
    .optional()
    .describe(
      'claude: whether to ask in batches, at half the price; an answer then takes minutes to hours. For runs that nobody waits for.',
    ),
  prices: z
    .record(z.string().min(1), priceSchema)
    .optional()
    .describe('claude: dollars for a million tokens, by model id or the beginning of it; the longest match counts.'),
  file: z.string().optional().describe('scripted: the file with the answers, relative to the repository.'),
  run: z.string().optional().describe('recorded: the run whose answers are used again.'),
});
export type PolicyChoice = z.infer<typeof policyChoiceSchema>;

export const sandboxSchema = z.strictObject({
  mode: z
    .enum(['auto', 'required', 'off'])
    .default('auto')
    .describe(
      'auto: commands run in a sandbox of the system, or without one where there is none, and the verdict says so; required: without a sandbox they do not run; off: they never run in one.',
    ),
  hosts: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Hosts that commands may reach through a proxy: example.org, *.example.org, example.org:443. "*" gives the whole network.',
    ),
  write: z
    .array(z.string().min(1))
    .default([])
    .describe('Folders outside of the worktree that commands may read and write, for instance ~/.m2.'),
  processes: z.number().int().positive().default(2048).describe('The most processes of one command at a time (Linux).'),
  fileMegabytes: z.number().positive().default(4096).describe('The largest file a command may write (Linux).'),
  outputMegabytes: z.number().positive().default(256).describe('The most output of one command.'),
});
export type SandboxConfig = z.infer<typeof sandboxSchema>;

export const configSchema = z.strictObject({
  version: z.literal(1).default(1),
  tests: z
    .strictObject({
      command: z
        .string()
        .optional()
        .describe('The test command. Without it, it is found from package.json or the project files.'),
      runner: z
        .enum(['auto', ...testRunnerNames])
        .default('auto')
        .describe('How results are read.'),
      report: z
        .string()
        .optional()
        .describe('With the runner junit: a glob of the JUnit XML files that the command writes.'),
      timeoutSeconds: z.number().positive().default(600).describe('The longest one test run may take.'),
      reruns: z
        .number()
        .int()
        .nonnegative()
        .max(20)
        .default(2)
        .describe('How often failed tests are run again on the same files, to tell flaky from broken.'),
      related: z
        .enum(['first', 'off'])
        .default('first')
        .describe(
          'Whether tests that have to do with a change run before all others, where the runner can run some. They can only fail a change sooner.',
        ),
      memoryMegabytes: z.number().positive().default(8192).describe('The most memory the process tree may hold.'),
    })
    .prefault({}),
  sandbox: sandboxSchema.prefault({}),
  prepare: z
    .string()
    .optional()
    .describe('A command that makes a fresh worktree ready, for instance a code generator.'),
  dependencyFolders: z
    .array(z.string())
    .default(['node_modules', '.venv', 'vendor'])
    .describe('Ignored folders that a worktree shares with the workspace.'),
  gates: z
    .strictObject({
      tests: gateModeSchema.default('required'),
      integrity: gateModeSchema.default('required'),
      invariants: gateModeSchema.default('required'),
      observability: gateModeSchema.default('off'),
      spec: gateModeSchema.default('off'),
      contract: gateModeSchema.default('off'),
    })
    .prefault({}),
  invariants: z
    .strictObject({
      commands: z
        .array(z.string().min(1))
        .default([])
        .describe('Command lines that rules of the kind `command` may run, word for word.'),
    })
    .prefault({}),
  contract: contractConfigSchema.prefault({}).describe('What the contract gate asks of a change.'),
  perspectives: z
    .array(
      z.union([
        z.string().min(1).describe('The name of a perspective: built in, or a file of .ratchet/perspectives.'),
        z.strictObject({ name: z.string().min(1), brief: z.string().min(1) }),
      ]),
    )
    .min(1)
    .default(['architect', 'tester', 'operator'])
    .describe('Who looks at the feature before it is planned.'),
  context: z
    .strictObject({
      tokens: z
        .number()
        .int()
        .min(2_000)
        .max(500_000)
        .default(24_000)
        .describe('Tokens that files of the repository may take in a question to the policy.'),
    })
    .prefault({}),
  review: z
    .strictObject({
      weighHunks: z
        .number()
        .int()
        .nonnegative()
        .max(200)
        .default(12)
        .describe(
          'How many hunks of a proposal are left out, one at a time, to tell which tests need them. Each costs one run of the tests, while you review. 0: none.',
        ),
    })
    .prefault({}),
  budgets: budgetSchema.prefault({}),
  policy: policyChoiceSchema.prefault({}),
  investigation: z
    .strictObject({
      parallel: z.number().int().positive().max(8).default(2).describe('How many commits are tried at once.'),
      install: z
        .string()
        .min(1)
        .optional()
        .describe(
          'A command that installs dependencies, for instance `npm ci --ignore-scripts`: run for commits whose lockfiles are not those of today, once for each set of lockfiles. Without it, the dependencies of today serve all commits.',
        ),
      hypotheses: z
        .number()
        .int()
        .nonnegative()
        .max(8)
        .default(4)
        .describe(
          'The most hypotheses that a policy may propose once the evidence is there; each is tried by one experiment. 0: no policy is asked.',
        ),
    })
    .prefault({}),
  telemetry: z
    .strictObject({
      otlpEndpoint: z
        .url()
        .optional()
        .describe('OTLP/HTTP traces endpoint, for instance http://127.0.0.1:4318/v1/traces.'),
    })
    .prefault({}),
});
export type RatchetConfig = z.infer<typeof configSchema>;

export const defaultConfig = (): RatchetConfig => configSchema.parse({});

/** The gates that run under a configuration, in the order of the design. */
export function activeGates(config: RatchetConfig): z.infer<typeof gateNameSchema>[] {
  return gateNameSchema.options.filter((name) => config.gates[name] !== 'off');
}
