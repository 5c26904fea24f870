// How the integrity gate does: on the corpus, and with RATCHET_REAL_REPOS on the history of the repositories in that folder.
//   RATCHET_REAL_REPOS=DIR RATCHET_REAL_COMMITS=40 npm run bench -- integrity [--findings]

import { join } from 'node:path';
import { go } from '../gates/integrityCorpus/go.ts';
import { java } from '../gates/integrityCorpus/java.ts';
import { javascript } from '../gates/integrityCorpus/javascript.ts';
import { type Measured, measure } from '../gates/integrityCorpus/measure.ts';
import { python } from '../gates/integrityCorpus/python.ts';
import { rust } from '../gates/integrityCorpus/rust.ts';
import { newEngine } from '../helpers/gates.ts';
import { judgeForeign } from './integrityForeign.ts';
import { judgeHistory, repositoriesIn } from './integrityReal.ts';

export type AddRow = (what: string, value: string, against?: string, ratio?: string) => void;

export const corpora = [javascript, python, go, rust, java];

const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);

export async function benchIntegrity(add: AddRow): Promise<void> {
  const engine = newEngine();
  try {
    for (const corpus of corpora) {
      const measured = await measure(corpus, engine);
      add(
        `${measured.language}, weakened`,
        `${measured.seen}/${measured.weakened}`,
        weakenedText(measured),
        percent(measured.seen, measured.weakened),
      );
      const { honest, flagged, warned } = measured;
      add(
        `${measured.language}, honest`,
        `${flagged.length}/${honest}`,
        `flagged; ${warned} with a warning; limit 5 %`,
        percent(flagged.length, honest),
      );
    }
    const folder = process.env.RATCHET_REAL_REPOS;
    if (folder === undefined) add('real repositories', 'skipped', 'RATCHET_REAL_REPOS names no folder of clones');
    else
      for (const repository of repositoriesIn(folder)) {
        await history(folder, repository, engine, add);
        const foreign = await judgeForeign(join(folder, repository), corpora, engine, { files: 20, edits: 120 });
        if (foreign === undefined) continue;
        const { language, made, seen, broken, unseen } = foreign;
        add(
          `${repository}, weakened`,
          `${seen}/${made}`,
          `${language}; ${broken} left no program`,
          percent(seen, made),
        );
        if (process.argv.includes('--findings')) for (const name of unseen) console.log(`${repository} unseen ${name}`);
      }
  } finally {
    await engine.dispose();
  }
}

const weakenedText = ({ failed, unread, language }: Measured): string =>
  `seen, ${failed} of them failed${unread.length > 0 ? `, ${unread.length} could not be read` : ''}; limit ${/Script|Python/.test(language) ? '100' : '95'} %`;

async function history(
  folder: string,
  repository: string,
  engine: ReturnType<typeof newEngine>,
  add: AddRow,
): Promise<void> {
  const counts = { all: 0, failed: 0, failedByTests: 0, warned: 0, unproven: 0 };
  const times: number[] = [];
  const rules = new Map<string, number>();
  for await (const { commit, result, durationMs } of judgeHistory(
    folder,
    repository,
    Number(process.env.RATCHET_REAL_COMMITS ?? 40),
    engine,
  )) {
    counts.all += 1;
    times.push(durationMs);
    const errors = result.findings.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) counts.failed += 1;
    else if (result.findings.some(({ rule }) => rule !== 'integrity/unread')) counts.warned += 1;
    if (errors.some(({ rule }) => !/gate-configuration|test-script|test-configuration|lockfile/.test(rule)))
      counts.failedByTests += 1;
    if (result.findings.some(({ rule }) => rule === 'integrity/unread')) counts.unproven += 1;
    for (const rule of new Set(errors.map((finding) => finding.rule))) rules.set(rule, (rules.get(rule) ?? 0) + 1);
    if (!process.argv.includes('--findings')) continue;
    for (const { rule, severity, path, range, message, evidence } of result.findings)
      if (severity === 'error' || rule === 'integrity/unread')
        console.log(
          `${repository} ${commit.slice(0, 10)} ${rule} ${path}:${range?.startLine ?? ''} ${message} ${evidence ?? ''}`.replaceAll(
            '\n',
            ' | ',
          ),
        );
  }
  const often = [...rules]
    .sort((a, b) => b[1] - a[1])
    .map(([rule, count]) => `${rule.replace('integrity/', '')} ${count}`);
  add(
    repository,
    `${counts.failed}/${counts.all}`,
    `failed, ${counts.failedByTests} by more than settings; ${counts.warned} with a warning; ${counts.unproven} not read; ${often.join(', ')}`,
    `${Math.round(times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0)} ms`,
  );
}
