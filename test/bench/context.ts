// What the policy is shown, measured: the index of 10,000 files, and the files that real commits changed.
//   RATCHET_REAL_REPOS=DIR npm run bench -- context       DIR holds git clones, bare or not
import { measureIndexing } from './context/indexing.ts';
import { firsts, measureRetrieval, tokens } from './context/retrieval.ts';

type AddRow = (what: string, value: string, against?: string, ratio?: string) => void;

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const ms = (value: number): string => `${value.toFixed(0)} ms`;

async function indexing(add: AddRow): Promise<void> {
  const { files, megabytes, cold, coldCpu, reading, warm, update, updateCpu, updateFloor, question } =
    await measureIndexing();
  const size = `${files.toLocaleString('en')} files, ${megabytes.toFixed(0)} MB`;
  add(
    `${size}, cold`,
    ms(cold),
    `limit 10,000 ms; reading all blobs: ${ms(reading)}; our own processor time: ${ms(coldCpu)}`,
    (cold / reading).toFixed(1),
  );
  add(`${size}, from the cache`, ms(warm), `reading all blobs: ${ms(reading)}`, (warm / reading).toFixed(1));
  add(
    'update after one edit',
    ms(update),
    `limit 50 ms; git diff-tree and cat-file: ${ms(updateFloor)}; our own processor time: ${ms(updateCpu)}`,
    (update / updateFloor).toFixed(1),
  );
  add('a question after that', ms(question), 'links, ranking and excerpts of all files');
}

async function retrieval(add: AddRow): Promise<void> {
  const folder = process.env.RATCHET_REAL_REPOS;
  if (folder === undefined) {
    add('recall on real commits', 'skipped', 'RATCHET_REAL_REPOS names no folder of clones');
    return;
  }
  const { commits, languages, ways, repositories } = await measureRetrieval(folder);
  const where = `${commits} held-out commits of ${Object.keys(repositories).length} repositories (${languages.join(', ')})`;
  const columns = [
    ...firsts.map((first) => `recall at ${first}`),
    `shown within ${tokens.toLocaleString('en')} tokens`,
  ];
  const { ours = [], ...peers } = ways;
  columns.forEach((column, at) => {
    const best = Math.max(...Object.values(peers).map((values) => values[at] ?? 0));
    const others = Object.entries(peers).map(([name, values]) => `${name} ${percent(values[at] ?? 0)}`);
    add(column, percent(ours[at] ?? 0), `${others.join(', ')}; ${where}`, ((ours[at] ?? 0) / best).toFixed(2));
  });
  for (const [name, { commits: some, ways: each }] of Object.entries(repositories)) {
    const line = Object.entries(each).map(
      ([way, values]) => `${way} ${values.map((value) => (100 * value).toFixed(0)).join('/')}`,
    );
    add(name, `${some} commits`, `at ${firsts.join('/')} and shown: ${line.join(', ')}`);
  }
}

export async function benchContext(add: AddRow): Promise<void> {
  await indexing(add);
  await retrieval(add);
}
