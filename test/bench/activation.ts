// Activation in the real extension host: loading the bundle and activating, beside a module that does nothing.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSample, root, until, Workbench } from '../e2e/workbench.ts';

/** Milliseconds of each fresh window; `loading` is the part of `ours` that reads and compiles the bundle. */
export interface ActivationTimes {
  readonly ours: number[];
  readonly empty: number[];
  /** The part of `ours` in which the editor makes its API for an extension that asks for it: everybody pays it. */
  readonly api: number[];
  readonly loading: number[];
  /** What is registered in the turn after activation. */
  readonly after: number[];
  /** Processor time of the extension host meanwhile, all threads: what a busy machine does not add to. */
  readonly cpu: number[];
}

export async function measureActivation(rounds: number): Promise<ActivationTimes> {
  const scratch = mkdtempSync(join(tmpdir(), 'ratchet-activation-'));
  const times = join(scratch, 'times');
  const probe = join(scratch, 'probe');
  mkdirSync(probe);
  // The manifest is Ratchet's own; only the entry is another, which measures around it.
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { type: _, ...rest } = manifest;
  writeFileSync(join(probe, 'package.json'), JSON.stringify({ ...rest, main: './probe.cjs' }));
  cpSync(join(root, 'package.nls.json'), join(probe, 'package.nls.json'));
  cpSync(join(root, 'media'), join(probe, 'media'), { recursive: true });
  writeFileSync(join(probe, 'empty.cjs'), 'exports.activate = () => ({});');
  writeFileSync(join(probe, 'api.cjs'), "require('vscode'); exports.activate = () => ({});");
  writeFileSync(
    join(probe, 'probe.cjs'),
    `exports.activate = (context) => {
  const measure = (path) => {
    const before = process.cpuUsage();
    const started = performance.now();
    const { activate } = require(path);
    const loaded = performance.now();
    const api = activate(context);
    const wall = performance.now() - started;
    const { user, system } = process.cpuUsage(before);
    return [wall, api, loaded - started, (user + system) / 1000];
  };
  const [empty] = measure('./empty.cjs');
  const [api, , , apiCpu] = measure('./api.cjs');
  const [rest, exported, loading, cpu] = measure(${JSON.stringify(join(root, 'dist', 'extension.cjs'))});
  const sample = { ours: api + rest, empty, api, loading: api + loading, cpu: apiCpu + cpu };
  exported.registered.then((after) =>
    require('node:fs').appendFileSync(${JSON.stringify(times)}, JSON.stringify({ ...sample, after }) + '\\n'));
  return exported;
};`,
  );
  const sample = newSample();
  const measured: ActivationTimes = { ours: [], empty: [], api: [], loading: [], after: [], cpu: [] };
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const workbench = await Workbench.open({ folder: sample.folder, extension: probe });
      try {
        await until('the times are there', () => lines(times).length >= round);
      } finally {
        await workbench.close();
      }
    }
    for (const line of lines(times)) {
      const { ours, empty, api, loading, after, cpu } = JSON.parse(line);
      measured.after.push(after);
      measured.api.push(api);
      measured.cpu.push(cpu);
      measured.loading.push(loading);
      measured.ours.push(ours);
      measured.empty.push(empty);
    }
    return measured;
  } finally {
    sample.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
}

const lines = (file: string): string[] =>
  statSync(file, { throwIfNoEntry: false }) === undefined ? [] : readFileSync(file, 'utf8').trim().split('\n');
