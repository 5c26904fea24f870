// Looks for real bugs in public histories: a commit that changes one source file and tests, whose tests fail before it and pass
// with it. Writes bugs.json. Not part of `npm test`:
//   RATCHET_REAL_REPOS=DIR node test/real/ranking/mine.ts WORKFOLDER [BUGS PER LIBRARY] [LIBRARY]
import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runTests } from '../../../src/gym/testRunner/runTests.ts';
import { configSchema } from '../../../src/protocol/config.ts';
import { type Bug, bugListSchema, listPath, readBugs } from './cases.ts';
import { changedFunctions } from './changedFunctions.ts';
import { type Checkout, checkoutOf, place } from './checkout.ts';
import { type Library, libraries } from './libraries.ts';

const [folder = '', perLibrary = '7', only = ''] = process.argv.slice(2);
const isFix = /\b(?:fix|bug|issue|correct|handle|prevent|support|wrong|allow|ensure|should)|#\d/i;
const isBeside = /\.(?:md|markdown|d\.ts|txt)$|^(?:docs?|\.changeset|types|examples)\//;
/** Commits of one library that are run at most. */
const maxTried = 60;

const list = existsSync(listPath) ? readBugs() : { sifted: 0, bugs: [] };
for (const library of libraries.filter(({ repository }) => repository.includes(only))) await mine(library);

async function mine(library: Library): Promise<void> {
  const checkout = checkoutOf(library.repository, library.at, resolve(folder));
  if (checkout === undefined) return console.log(`${library.repository}: skipped, no clone`);
  const { git } = checkout;
  const at = git('rev-parse', library.at ?? 'origin/HEAD').trim();
  let [tried, found] = [0, 0];
  const log = git('log', '--no-merges', '-n', '4000', '--format=%x00%H%x01%s', '--name-status', '--no-renames', at);
  for (const entry of log.split('\0').slice(1)) {
    if (found >= Number(perLibrary) || tried >= maxTried) break;
    const [head = '', ...lines] = entry.trim().split('\n');
    const [fix = '', subject = ''] = head.split('\u0001');
    const files = lines.filter((line) => line !== '').map((line) => line.split('\t'));
    const paths = files.map(([, path = '']) => path).filter((path) => !isBeside.test(path));
    const sources = paths.filter((path) => library.source.test(path) && !library.test.test(path));
    const tests = paths.filter((path) => library.test.test(path));
    if (sources.length !== 1 || tests.length === 0 || tests.length > 3 || paths.length > tests.length + 1) continue;
    if (!isFix.test(subject) || files.some(([status]) => status !== 'M')) continue;
    if (list.bugs.some((bug) => bug.fix === fix)) continue;
    tried += 1;
    list.sifted += 1;
    const bug = await examine(library, checkout, { at, fix, source: sources[0] ?? '', tests });
    if (bug === undefined) continue;
    found += 1;
    list.bugs.push(bug);
    writeFileSync(listPath, `${JSON.stringify(bugListSchema.parse(list), null, 2)}\n`);
  }
  writeFileSync(listPath, `${JSON.stringify(bugListSchema.parse(list), null, 2)}\n`);
  console.log(`${library.repository}: ${found} of ${tried}`);
}

async function examine(
  { repository, command }: Library,
  checkout: Checkout,
  { at, fix, source, tests }: { at: string; fix: string; source: string; tests: string[] },
): Promise<Bug | undefined> {
  const { git } = checkout;
  const parent = git('rev-parse', `${fix}^`).trim();
  const before = git('show', `${parent}:${source}`);
  const functions = changedFunctions(source, before, git('diff', '-U0', parent, fix, '--', source));
  if (functions.length === 0) return undefined;
  place(checkout, parent, { at: fix, paths: tests });
  const without = await run(command, checkout.folder, tests);
  const failed = without?.tests.filter(({ status }) => status === 'failed') ?? [];
  const [first] = failed;
  if (without === undefined || first?.file === undefined || without.counts.passed === 0) return undefined;
  if (without.errors.length > 0) return undefined;
  place(checkout, fix, { at: fix, paths: tests });
  const mended = await run(command, checkout.folder, tests);
  const isMended = failed.every(({ id }) => mended?.tests.some((test) => test.id === id && test.status === 'passed'));
  if (!isMended) return undefined;
  const failing = { file: first.file, name: first.name };
  return { repository, at, fix, parent, source, tests, command, failing, functions };
}

async function run(command: string, cwd: string, files: readonly string[]) {
  const config = configSchema.parse({ tests: { command, timeoutSeconds: 60 }, sandbox: { mode: 'off' } });
  const ran = await runTests({ cwd, config: config.tests, sandbox: config.sandbox, files });
  return ran.ok && ran.value.perTest && !ran.value.timedOut ? ran.value : undefined;
}
