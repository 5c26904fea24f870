// Small projects that keep every contract, and edits that break one clause each: the first give no finding, of the second
// every one is found.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InvariantEngine } from '../../src/invariants/engine.ts';
import { engineEntry } from '../helpers/gates.ts';
import { filesOfSeed, judgeFolder, type PackJudgement, readPacks, readSeeds } from '../helpers/packs.ts';

const engine = new InvariantEngine({ entry: engineEntry });
afterAll(async () => await engine.dispose());

/** Judges the rules over the project with the change; the project itself is the base. */
async function judge(
  project: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string>>,
  rules: Parameters<typeof judgeFolder>[1],
): Promise<PackJudgement> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-seed-')));
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    execFileSync('git', ['add', '-A', '-f'], { cwd: root });
  };
  try {
    execFileSync('git', ['init', '-q'], { cwd: root });
    write(project);
    const base = execFileSync('git', ['write-tree'], { cwd: root, encoding: 'utf8' }).trim();
    write(change);
    return await judgeFolder(root, rules, engine, base);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe.each([...readPacks()])('the pack %s', (name, { rules }) => {
  const { project, seeds } = readSeeds(name);

  it('finds nothing in a project that keeps the contract', async () => {
    const { violations, problems } = await judge(project, {}, rules);
    expect(violations.map(({ rule, path, message }) => `${rule} ${path}: ${message}`)).toEqual([]);
    expect(problems.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
  });

  it('has a seed for every rule that one edit can break', () => {
    const seeded = new Set(seeds.map(({ rule }) => rule));
    expect(rules.map(({ id }) => id).filter((id) => !seeded.has(id))).toEqual([]);
  });

  it.each(seeds.map((seed) => [`${seed.rule}: ${seed.note}`, seed] as const))('finds %s', async (_, seed) => {
    const change = filesOfSeed(seed);
    const { violations } = await judge(
      project,
      change,
      rules.filter(({ id }) => id === seed.rule),
    );
    expect(violations.map(({ rule }) => rule)).toContain(seed.rule);
  });
});

it('there are at least sixty seeds', () => {
  const all = [...readPacks().keys()].flatMap((name) => readSeeds(name).seeds);
  expect(all.length).toBeGreaterThanOrEqual(60);
});
