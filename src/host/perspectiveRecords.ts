// Perspectives with their records: what each was worth in the runs that were accepted, from the repository's metrics.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { readPerspectives } from '../patterns/perspectives.ts';
import type { PerspectiveSummary } from '../protocol/cliDocuments.ts';
import type { RatchetConfig } from '../protocol/config.ts';
import { parseJson } from '../protocol/parseJson.ts';
import { perspectiveRecordSchema } from '../protocol/plan.ts';
import { type Result, success } from '../protocol/result.ts';
import { metricsPath } from './recordOutcome.ts';

const lineSchema = z.object({ perspectives: z.array(perspectiveRecordSchema) });

export async function perspectivesWithRecords(
  root: string,
  wanted: RatchetConfig['perspectives'],
): Promise<Result<PerspectiveSummary[]>> {
  const known = await readPerspectives(root);
  if (!known.ok) return known;
  const inline = wanted.flatMap((item) =>
    typeof item === 'string' ? [] : [{ name: item.name, description: '', path: '.ratchet/config.yml' }],
  );
  const names = wanted.map((item) => (typeof item === 'string' ? item : item.name));
  const records = await readRecords(root);
  return success(
    [...known.value, ...inline].map(({ name, description, path }) => {
      const own = records.filter((record) => record.name === name);
      const sum = (key: 'kept' | 'refuted' | 'useful') => own.reduce((total, record) => total + record[key], 0);
      const counts = { runs: own.length, kept: sum('kept'), refuted: sum('refuted'), useful: sum('useful') };
      return { name, description, path, isUsed: names.includes(name), ...counts };
    }),
  );
}

/** Lines of another form are of an earlier or later version, and say nothing of perspectives. */
async function readRecords(root: string): Promise<z.infer<typeof perspectiveRecordSchema>[]> {
  const text = await readFile(join(root, metricsPath), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    const parsed = lineSchema.safeParse(parseJson(line));
    return parsed.success ? parsed.data.perspectives : [];
  });
}
