// Plays one planted regression: the history is built anew with the fault in it, and the fault is looked for by `ratchet investigate`
// and by `git bisect run`, one after the other on the same machine.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { investigationDocumentSchema } from '../../../src/protocol/cliDocuments.ts';
import { leftovers } from '../../helpers/cli.ts';
import type { PlantedCase } from './cases.ts';
import { faulty } from './find.ts';
import { mutantsOf } from './mutants.ts';
import { gitEnvironment, type Workshop } from './workshop.ts';

export interface Played {
  readonly planted: PlantedCase;
  readonly isFound: boolean;
  /** What was said instead. */
  readonly summary: string;
  /** Runs on commits that were executed, without those for hunks. */
  readonly runs: number;
  /** Until the culprit is told, the start of the program included, in milliseconds; and what looking for the hunks took more, if it was not broken off. */
  readonly culpritMs: number;
  readonly hunksMs: number | null;
  /** Null where it was not measured. */
  readonly bisect: Bisected | null;
  /** With the command that runs all tests. */
  readonly bisectWhole: Bisected | null;
}

export interface Bisected {
  readonly isFound: boolean;
  readonly runs: number;
  readonly ms: number;
}

/** A build that stays as it is while this runs can be named. */
const hunksOf = / {2}Hunks of ([0-9a-f]{10}) /;
/** Milliseconds for a bisection: one whose command hangs has not found it. */
const longestBisection = 600_000;
const cli = process.env.RATCHET_REAL_CLI ?? resolve(import.meta.dirname, '../../../dist/cli.mjs');

export async function play(
  planted: PlantedCase,
  workshop: Workshop,
  how: { readonly hunks: boolean; readonly one: boolean; readonly whole: boolean },
): Promise<Played> {
  const { base, head, commits, path, line, operator, plantedAt } = planted;
  workshop.git(['checkout', '-q', '--detach', '--force', head]);
  const text = readFileSync(join(workshop.root, path), 'utf8');
  const mutant = mutantsOf(text).find((other) => other.line === line && other.operator === operator);
  if (mutant === undefined) throw new Error(`${planted.repository}: the operator does not apply to ${path}:${line}.`);
  const rest = workshop.history(head, commits).slice(0, commits).reverse();
  const culprit = workshop.weave(base, rest, path, plantedAt, (old) => faulty(old, mutant.from, mutant.to));
  rmSync(join(workshop.root, '.git/ratchet'), { recursive: true, force: true });
  // The same command as the bisection has; today's configuration need not be committed.
  const settings = join(workshop.root, '.ratchet');
  mkdirSync(settings, { recursive: true });
  writeFileSync(join(settings, 'config.yml'), `version: 1\ntests:\n  command: ${workshop.library.command}\n`);
  const ours = await investigate(workshop.root, [planted.test, '--good', base], how.hunks);
  rmSync(settings, { recursive: true });
  const bisect = how.one ? bisected(workshop, base, culprit, planted.command) : null;
  const bisectWhole = how.whole ? bisected(workshop, base, culprit, workshop.library.whole) : null;
  const { outcome, probes } = investigationDocumentSchema.parse(JSON.parse(ours.stdout));
  // What is broken off at the hunks has told the commit by what it was going to look at.
  const told = outcome?.culprits.map(({ commit }) => commit?.slice(0, 10)) ?? [hunksOf.exec(ours.stderr)?.[1]];
  const isFound = told.length === 1 && told[0] === culprit.slice(0, 10);
  const left = leftovers(workshop.root);
  return {
    planted,
    isFound: isFound && left.length === 0,
    summary: left.length > 0 ? `left behind: ${left.join(', ')}` : (outcome?.summary ?? ours.stderr.slice(-300)),
    runs: probes.filter(({ what, cached }) => what === 'commit' && !cached).length,
    culpritMs: ours.culpritMs,
    hunksMs: how.hunks ? ours.totalMs - ours.culpritMs : null,
    bisect,
    bisectWhole,
  };
}

/** The command line as a person runs it, with the time at which it goes on from the culprit to its hunks. */
export function investigate(root: string, args: readonly string[], withHunks = true) {
  return new Promise<{ stdout: string; stderr: string; culpritMs: number; totalMs: number }>((done) => {
    const started = performance.now();
    const env = { ...process.env, ANTHROPIC_API_KEY: '', NO_COLOR: '1' };
    const child = spawn(process.execPath, [cli, 'investigate', ...args, '--json'], { cwd: root, env });
    let [stdout, stderr] = ['', ''];
    let culpritMs: number | undefined;
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      if (culpritMs !== undefined || !stderr.includes('  Hunks of ')) return;
      culpritMs = performance.now() - started;
      if (!withHunks) child.kill('SIGINT');
    });
    child.on('close', () => {
      const totalMs = performance.now() - started;
      done({ stdout, stderr, culpritMs: culpritMs ?? totalMs, totalMs });
    });
  });
}

/** At the priority that Ratchet gives to commands of a project: else the rest of a busy machine would decide. */
function bisected(workshop: Workshop, base: string, culprit: string, command: string): Bisected {
  const started = performance.now();
  workshop.git(['bisect', 'start', 'woven', base]);
  const options = { cwd: workshop.root, encoding: 'utf8', maxBuffer: 1e9, env: gitEnvironment } as const;
  const limited = ['-k', '5', `${longestBisection / 1000}`, 'nice', '-n', '10'];
  const run = spawnSync('timeout', [...limited, 'git', 'bisect', 'run', 'sh', '-c', command], options);
  const ms = performance.now() - started;
  workshop.git(['bisect', 'reset']);
  workshop.git(['checkout', '-q', '--detach', '--force', 'woven']);
  return {
    isFound: /^([0-9a-f]{40}) is the first bad commit/m.exec(run.stdout)?.[1] === culprit,
    runs: run.stdout.split('\n').filter((said) => said.startsWith('running ')).length,
    ms,
  };
}
