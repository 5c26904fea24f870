// What is shipped is the bundles, so each must load by itself, as Node loads it in the extension host.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const dist = resolve(import.meta.dirname, '../../dist');
const exported: Record<string, string> = {
  host: 'createHost',
  claude: 'createClaudePolicy',
  otlp: 'createOtlpExporter',
  planText: 'parsePlan',
  boundary: 'parsePanelMessage',
};

describe('a bundle that is loaded on first use', () => {
  for (const [name, what] of Object.entries(exported))
    it(`${name} gives ${what}`, () => {
      const script = `console.log(typeof require(${JSON.stringify(`${dist}/${name}.cjs`)}).${what})`;
      expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()).toBe('function');
    });
});

describe('what the editor loads at start', () => {
  it('knows nothing of who proposes: policies and the choice of them are in bundles of their own', () => {
    const metafiles = JSON.parse(readFileSync(`${dist}/.metafiles.json`, 'utf8'));
    const inputs = Object.keys(metafiles.extension.inputs);
    expect(inputs.filter((path) => /policies\/|chatModels\.ts|choosePolicy\.ts|findClaudeCode\.ts/.test(path))).toEqual(
      [],
    );
  });
});

const inputsOf = (build: string): string[] => {
  const metafiles = JSON.parse(readFileSync(`${dist}/.metafiles.json`, 'utf8'));
  const outputs: { inputs: Record<string, unknown> }[] = Object.values(metafiles[build].outputs);
  return outputs.flatMap(({ inputs }) => Object.keys(inputs));
};

describe('the Anthropic SDK', () => {
  it('is in the bundle of its policy, and the host is without it', () => {
    const ofSdk = (build: string) => inputsOf(build).filter((path) => path.includes('@anthropic-ai/sdk/'));
    expect(ofSdk('claude')).not.toEqual([]);
    expect(ofSdk('host')).toEqual([]);
  });
});

describe('the context index', () => {
  it('is in the child process alone: neither the extension nor the host loads it', () => {
    expect(inputsOf('node')).toContain('src/policies/context/contextIndex.ts');
    for (const build of ['extension', 'host'])
      expect(inputsOf(build).filter((path) => path.includes('policies/context/'))).toEqual(
        build === 'host' ? ['src/policies/context/messages.ts'] : [],
      );
  });
});
