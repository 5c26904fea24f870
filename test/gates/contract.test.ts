// The contract gate: each item both ways, what is not asked for, and that nothing passes by absence.
import { afterAll, describe, expect, it } from 'vitest';
import { contractGate } from '../../src/gates/contract/contract.ts';
import type { GateResult } from '../../src/gates/gate.ts';
import { planDocument } from '../../src/host/recordOutcome.ts';
import { configSchema } from '../../src/protocol/config.ts';
import type { ContractItem, ContractItemName } from '../../src/protocol/contract.ts';
import { newEngine, withChange } from '../helpers/gates.ts';

const engine = newEngine();
afterAll(async () => await engine.dispose());

const base = {
  'src/price.ts': 'export const price = () => 1;\n',
  'src/server.ts': "import { price } from './price.ts';\nexport const answer = price;\n",
  'test/price.test.ts': "import { price } from '../src/price.ts';\nif (price() !== 1) throw new Error();\n",
  '.github/workflows/ci.yml': 'jobs:\n  test:\n    steps:\n      - run: npm test\n',
  'infra/main.tf': 'resource "google_cloud_run_v2_service" "gate" {}\n',
  'docs/operations.md': '# Operations\n\n## Deployment\n\nDeploy it.\n\n## Rollback\n\nDeploy the one before.\n',
};
type Files = Record<string, string | null>;

async function judge(change: Files, given: Record<string, unknown> = {}, from: Record<string, string> = base) {
  const config = configSchema.parse({ contract: given });
  return await withChange(from, change, async (context) => await contractGate.judge({ ...context, config }), engine);
}

function item({ items = [] }: GateResult, name: ContractItemName): ContractItem {
  const found = items.find((one) => one.item === name);
  if (found === undefined) throw new Error(`There is no item ${name}.`);
  return found;
}

const fetching = "export const load = async () => await fetch('https://example.org');\n";
const logged = "import { log } from './log.ts';\n";

/** Each item: a change in which it is missing, what adds it, and what shows it then. */
const both: Record<ContractItemName, { missing: Files; there: Files; evidence: RegExp; path: string }> = {
  unitTests: {
    missing: { 'src/price.ts': 'export const price = () => 2;\n' },
    there: {
      'test/server.test.ts': "import { answer } from '../src/server.ts';\nif (answer() !== 2) throw new Error();\n",
    },
    evidence: /^test\/server\.test\.ts -> src\/server\.ts -> src\/price\.ts$/,
    path: 'src/price.ts',
  },
  integrationTests: {
    missing: { 'src/load.ts': fetching, 'test/load.test.ts': "import { load } from '../src/load.ts';\nvoid load;\n" },
    there: { 'test/load.integration.test.ts': "import { load } from '../src/load.ts';\nvoid load;\n" },
    evidence: /^test\/load\.integration\.test\.ts -> src\/load\.ts$/,
    path: 'src/load.ts',
  },
  endToEndTests: {
    missing: { 'src/server.ts': "app.get('/price', () => 1);\n" },
    there: { 'e2e/price.spec.ts': "test('price', async ({ page }) => await page.goto('/price'));\n" },
    evidence: /^e2e\/price\.spec\.ts$/,
    path: 'src/server.ts',
  },
  tracing: {
    missing: { 'src/load.ts': fetching },
    there: { 'src/instrumentation.ts': "import { NodeSDK } from '@opentelemetry/sdk-node';\nnew NodeSDK().start();\n" },
    evidence: /^src\/instrumentation\.ts:1 npm:@opentelemetry\/sdk-node$/,
    path: 'src/load.ts',
  },
  metrics: {
    missing: { 'src/load.ts': fetching },
    there: { 'src/load.ts': `${fetching}export const loads = meter.createCounter('loads');\n` },
    evidence: /^src\/load\.ts$/,
    path: 'src/load.ts',
  },
  logging: {
    missing: {
      'src/load.ts': `const { error } = console;\n${fetching}export const failed = (e: unknown) => error(e);\n`,
    },
    there: { 'src/load.ts': `${logged}${fetching}export const failed = (e: unknown) => log.error({ e }, 'failed');\n` },
    evidence: /^src\/load\.ts$/,
    path: 'src/load.ts',
  },
  infrastructure: {
    missing: { 'src/price.ts': 'export const price = () => Number(process.env.PRICE_FACTOR);\n' },
    there: { 'infra/main.tf': `${base['infra/main.tf']}# env PRICE_FACTOR\n` },
    evidence: /^infra\/main\.tf declares PRICE_FACTOR$/,
    path: 'src/price.ts',
  },
  pipeline: {
    missing: { 'src/price.ts': 'export const price = () => 2;\n', '.github/workflows/ci.yml': 'jobs: {}\n' },
    there: { '.github/workflows/test.yml': 'jobs:\n  test:\n    steps:\n      - run: npx vitest run\n' },
    evidence: /^\.github\/workflows\/test\.yml:\d$/,
    path: '.github/workflows/ci.yml',
  },
  rollback: {
    missing: {
      'db/migrations/1.sql': 'alter table a drop column b;\n',
      'docs/operations.md': base['docs/operations.md'].replace('Deploy it.', 'Deploy it so.'),
    },
    there: { 'docs/operations.md': `${base['docs/operations.md']}\nBring the column back from the copy.\n` },
    evidence: /^docs\/operations\.md:\d+$/,
    path: 'db/migrations/1.sql',
  },
};

describe('an item that is asked for', () => {
  for (const [name, { missing, there, evidence, path }] of Object.entries(both) as [
    ContractItemName,
    (typeof both)['metrics'],
  ][])
    it(`${name}: fails where it is missing, and passes by what shows it`, async () => {
      const only = Object.fromEntries(Object.keys(both).map((one) => [one, one === name ? 'required' : 'off']));
      const failed = await judge(missing, only);
      expect(item(failed, name)).toMatchObject({ status: 'failed' });
      expect(failed.status).toBe('failed');
      expect(failed.findings.map(({ severity, path: where }) => `${severity} ${where}`)).toContain(`error ${path}`);
      const passed = await judge({ ...missing, ...there }, only);
      expect(item(passed, name)).toMatchObject({ status: 'passed' });
      expect(
        item(passed, name).evidence.some((one) => evidence.test(one)),
        item(passed, name).evidence.join('\n'),
      ).toBe(true);
      expect(passed).toMatchObject({ status: 'passed', findings: [] });
    });

  it('unitTests: passes by tests under names of their own', async () => {
    const test = "import { price } from './price.ts';\nif (price() !== 2) throw new Error();\n";
    const change = { 'src/price.ts': 'export const price = () => 2;\n', 'src/price.clienttest.ts': test };
    expect(item(await judge(change), 'unitTests').status).toBe('passed');
  });

  it('pipeline: passes by a script that a step starts', async () => {
    const change = { 'src/price.ts': 'export const price = () => 2;\n', 'ci/all': 'npm run lint\nnpm test\n' };
    const started = { ...change, '.github/workflows/ci.yml': 'jobs:\n  all:\n    steps:\n      - run: bash ci/all\n' };
    expect(item(await judge(started), 'pipeline')).toMatchObject({ status: 'passed', evidence: ['ci/all:2'] });
    const unstarted = { ...change, '.github/workflows/ci.yml': 'jobs: {}\n' };
    expect(item(await judge(unstarted), 'pipeline').status).toBe('failed');
  });

  it('is a warning where it is advisory', async () => {
    const judged = await judge({ 'src/price.ts': 'export const price = () => 2;\n' }, { unitTests: 'advisory' });
    expect(judged.status).toBe('passed');
    expect(judged.findings).toMatchObject([{ rule: 'contract/unit-tests', severity: 'warning', path: 'src/price.ts' }]);
  });
});

describe('what is not asked for', () => {
  it('says why, item by item', async () => {
    const judged = await judge({ 'docs/operations.md': '# Other\n' });
    expect(judged).toMatchObject({
      status: 'passed',
      summary: expect.stringContaining('asks nothing of 1 changed file'),
    });
    expect(judged.items).toHaveLength(9);
    for (const one of judged.items ?? []) {
      expect(one.status).toBe('notApplicable');
      expect(one.reason.length).toBeGreaterThan(10);
    }
  });

  it('are tests for comments, and boundaries for code that crosses none', async () => {
    const comment = await judge({ 'src/price.ts': `// What it costs.\n${base['src/price.ts']}` });
    expect(item(comment, 'unitTests').status).toBe('notApplicable');
    const pure = await judge({ 'src/price.ts': 'export const price = () => 2;\n' });
    for (const name of ['integrationTests', 'tracing', 'metrics', 'logging', 'infrastructure', 'rollback'] as const)
      expect(item(pure, name).status, name).toBe('notApplicable');
  });

  it('is what was there before: only new lines cross, print and read', async () => {
    const old = `${fetching}console.log(process.env.OLD_NAME);\n`;
    const judged = await judge({ 'src/old.ts': `${old}export const more = 1;\n` }, {}, { ...base, 'src/old.ts': old });
    for (const name of ['tracing', 'logging', 'infrastructure'] as const)
      expect(item(judged, name).status, name).toBe('notApplicable');
  });
});

describe('what shows nothing', () => {
  it('is a test that changed and does not reach the code', async () => {
    const judged = await judge({ 'src/price.ts': 'export const price = () => 2;\n', 'test/other.test.ts': '1;\n' });
    expect(item(judged, 'unitTests').status).toBe('failed');
  });

  it('is a test that cannot be read: then nothing is known', async () => {
    const judged = await judge({
      'src/price.ts': 'export const price = () => 2;\n',
      'test/price.test.ts': 'const = ;\n',
    });
    expect(item(judged, 'unitTests').status).toBe('unproven');
    expect(judged.status).toBe('unproven');
  });

  it('is code in a language that is not read', async () => {
    const judged = await judge({ 'src/price.rb': 'def price = 2\n', 'test/price_test.rb': 'price\n' });
    expect(item(judged, 'tracing')).toMatchObject({ status: 'unproven', evidence: ['src/price.rb'] });
    expect(judged.status).toBe('unproven');
  });

  it('is a contract with every item off', async () => {
    const off = Object.fromEntries(Object.keys(both).map((one) => [one, 'off']));
    expect((await judge({ 'src/price.ts': 'export const price = () => 2;\n' }, off)).status).toBe('unproven');
  });
});

describe('other languages', () => {
  it('are read by their signs', async () => {
    const code =
      'import requests\n\ndef load():\n    print("loading")\n    return requests.get(os.environ["LOAD_URL"])\n';
    const judged = await judge({ 'app/loader.py': code, 'tests/test_loader.py': 'from app import loader\n' });
    expect(item(judged, 'unitTests')).toMatchObject({
      status: 'passed',
      evidence: ['tests/test_loader.py names loader'],
    });
    expect(item(judged, 'logging').status).toBe('failed');
    expect(item(judged, 'tracing').status).toBe('failed');
    expect(judged.findings.find(({ rule }) => rule === 'contract/infrastructure')?.message).toContain('LOAD_URL');
    const traced = await judge({
      'app/loader.py': code,
      'pyproject.toml': 'dependencies = ["opentelemetry-distro"]\n',
    });
    expect(item(traced, 'tracing').status).toBe('passed');
  });
});

describe('a plan that comes with the change', () => {
  const plan = {
    ...{ goal: 'g', summary: 's', steps: [], risks: [] },
    rollback: 'Switch it off.',
    contract: { behaviour: [], physics: ['a span around the price'], deployment: [] },
  };
  it('is a rollback plan, and makes asked for what it asks for', async () => {
    const judged = await judge({
      'db/migrations/1.sql': 'alter table a drop column b;\n',
      '.ratchet/plans/r1.md': planDocument(plan),
    });
    expect(item(judged, 'rollback')).toMatchObject({ status: 'passed', evidence: ['.ratchet/plans/r1.md'] });
    expect(item(judged, 'tracing')).toMatchObject({
      status: 'unproven',
      evidence: ['.ratchet/plans/r1.md: a span around the price'],
    });
    expect(judged.status).not.toBe('passed');
  });
});
