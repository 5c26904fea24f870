// Real regressions of public libraries: fixes whose test fails before them are asked for the commit that broke it, and the answer is
// proved by running the test on that commit and on the one before it. Not part of `npm test`:
//   RATCHET_REAL_REPOS=DIR node test/real/regressions.ts [--library NAME] [--commits N] [--most N] [--fix COMMIT]...
// With `--fix`, only these commits are sifted, each with the
// dependencies of its own time, and added to what the list has. What was found is written to `realRegressions.json`: names, ids and commands, no code.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { investigationDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { libraries } from './planted/libraries.ts';
import { investigate } from './planted/play.ts';
import { type Broken, brokenBefore, fixesOf, resultsWith } from './planted/realFixes.ts';
import { Workshop } from './planted/workshop.ts';

const outcomeSchema = z.object({
  repository: z.string(),
  fix: z.string(),
  test: z.string(),
  name: z.string(),
  outcome: z.string(),
  introducedBy: z.string().nullable(),
  /** The test fails on that commit and passes on the one before, run without Ratchet's search. */
  isProved: z.boolean(),
});
const listSchema = z.object({ sifted: z.record(z.string(), z.number()), regressions: z.array(outcomeSchema) });

const { values } = parseArgs({
  options: {
    library: { type: 'string' },
    commits: { type: 'string', default: '400' },
    most: { type: 'string', default: '40' },
    fix: { type: 'string', multiple: true, default: [] },
  },
});
const clones = process.env.RATCHET_REAL_REPOS;
if (clones === undefined) {
  console.error('Skipped: RATCHET_REAL_REPOS names no folder of clones.');
  process.exit(2);
}
const listPath = join(import.meta.dirname, 'realRegressions.json');
const list = listSchema.parse(
  existsSync(listPath) ? JSON.parse(readFileSync(listPath, 'utf8')) : { sifted: {}, regressions: [] },
);
const works = join(process.env.RATCHET_REAL_WORK ?? tmpdir(), 'ratchet-fixes');
for (const library of libraries.filter(({ name }) => values.library === undefined || values.library === name)) {
  const workshop = Workshop.open(library, resolve(clones), works);
  if (workshop === undefined) continue;
  const all = fixesOf(workshop, workshop.git(['rev-parse', 'origin/HEAD']), Number(values.commits));
  const fixes = all.filter(({ commit }) => values.fix.length === 0 || values.fix.some((id) => commit.startsWith(id)));
  const isAsked = ({ repository, fix }: { repository: string; fix: string }) =>
    repository === library.name && (values.fix.length === 0 || values.fix.some((id) => fix.startsWith(id)));
  let sifted = values.fix.length === 0 ? 0 : (list.sifted[library.name] ?? 0);
  list.regressions = list.regressions.filter((known) => !isAsked(known));
  for (const fix of fixes.slice(0, Number(values.most))) {
    sifted += 1;
    list.sifted[library.name] = sifted;
    if (values.fix.length > 0) {
      workshop.git(['checkout', '-q', '--detach', '--force', fix.commit]);
      workshop.install();
    }
    const broken = await brokenBefore(workshop, fix);
    if (broken !== undefined) list.regressions.push(await ask(workshop, broken));
    writeFileSync(listPath, `${JSON.stringify(list, null, 2)}\n`);
  }
  console.log(`${library.name}: ${sifted} fixes sifted`);
}

async function ask(workshop: Workshop, broken: Broken) {
  const { commit, parent, subject, test, name, data } = broken;
  workshop.git(['checkout', '-q', '--detach', '--force', parent]);
  workshop.git(['checkout', '-q', commit, '--', test, ...data]);
  rmSync(join(workshop.root, '.git/ratchet'), { recursive: true, force: true });
  const ran = await investigate(workshop.root, [test, '--test', name]);
  const { outcome } = investigationDocumentSchema.parse(JSON.parse(ran.stdout));
  const [culprit, ...others] = outcome?.culprits ?? [];
  const isOne = outcome?.outcome === 'cause' && others.length === 0;
  const introducedBy = isOne ? (culprit?.commit ?? null) : null;
  const before = culprit?.parents[0];
  let isProved = false;
  if (introducedBy !== null && before !== undefined) {
    const fails = await resultsWith(workshop, introducedBy, broken, test);
    const passes = await resultsWith(workshop, before, broken, test);
    isProved = fails?.failed.includes(name) === true && passes?.passed.includes(name) === true;
  }
  console.log(
    `${workshop.library.name} ${commit.slice(0, 10)} ${subject}: ${outcome?.summary ?? ran.stderr.slice(-200)}`,
  );
  const said = { outcome: outcome?.outcome ?? 'none', introducedBy, isProved };
  return { repository: workshop.library.name, fix: commit, test, name, ...said };
}
