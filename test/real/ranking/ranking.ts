// How well suspects are ranked on real bugs: where the function that the fix changes stands among those that Ratchet names, beside
// coverage alone (Ochiai) and what changed last. Not part of `npm test`:
//   RATCHET_REAL_REPOS=DIR node test/real/ranking/ranking.ts WORKFOLDER [LIBRARY]      DIR holds the libraries as git clones
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openRepository } from '../../../src/gym/git.ts';
import { readChanges } from '../../../src/gym/history/readChanges.ts';
import { takeSnapshot } from '../../../src/gym/snapshot.ts';
import { coverFailing } from '../../../src/host/investigation/coverFailing.ts';
import { configSchema } from '../../../src/protocol/config.ts';
import { type Bug, readBugs } from './cases.ts';
import { checkoutOf, place } from './checkout.ts';

const [folder = '', only = ''] = process.argv.slice(2);

for (const bug of readBugs().bugs.filter(({ repository }) => repository.includes(only))) {
  const checkout = checkoutOf(bug.repository, bug.at, resolve(folder));
  if (checkout === undefined) continue;
  place(checkout, bug.parent, { at: bug.fix, paths: bug.tests });
  await dump(bug, checkout.folder);
}

async function dump(bug: Bug, cwd: string): Promise<void> {
  const started = performance.now();
  const opened = await openRepository(cwd);
  if (!opened.ok) throw new Error(opened.failure.message);
  const snapshot = await takeSnapshot(opened.value);
  if (!snapshot.ok) throw new Error(snapshot.failure.message);
  const { tree } = snapshot.value;
  const config = configSchema.parse({ tests: { command: bug.command, timeoutSeconds: 120 } });
  const oracle = { kind: 'test' as const, ...bug.failing };
  const options = { cwd, config: config.tests, sandbox: config.sandbox };
  const coverage = await coverFailing({ tree, oracle }, opened.value, options);
  if (!coverage.ok) throw new Error(coverage.failure.message);
  const paths = [...new Set(coverage.value.functions.map(({ path }) => path))].slice(0, 40);
  const signal = new AbortController().signal;
  const changes = await readChanges(opened.value, { tree, paths, testFile: bug.failing.file, signal });
  mkdirSync('/tmp/rank/features', { recursive: true });
  writeFileSync(
    join('/tmp/rank/features', `${bug.repository.replace('/', '+')}-${bug.fix.slice(0, 10)}.json`),
    JSON.stringify({ bug, coverage: coverage.value, changes, ms: performance.now() - started }),
  );
  const { failing, passing, functions, notes } = coverage.value;
  console.log(bug.repository, bug.fix.slice(0, 10), failing.length, passing, functions.length, notes.join(' '), `${((performance.now() - started) / 1000).toFixed(1)} s`);
}
