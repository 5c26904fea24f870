// `ratchet investigate --drift` on real histories: which rules of a file slipped, since which commit and by whom.
import { afterEach, describe, expect, it } from 'vitest';
import { replayDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { leftovers, ratchet } from '../helpers/cli.ts';
import { makeHistory, type PlannedCommit } from '../helpers/history.ts';
import { investigateIn } from '../helpers/investigate.ts';
import { fingerprint, type TestRepository } from '../helpers/repository.ts';

const rules = `version: 1
rules:
  - id: no-chance
    kind: select
    message: Take the chance as an argument.
    rationale: A price that depends on chance cannot be tested.
    files: ["src/**/*.js"]
    selector: CallExpression[callee.object.name="Math"][callee.property.name="random"]
  - id: no-log
    kind: calls
    message: Return it.
    rationale: A price is no place to print.
    files: ["src/**/*.js"]
    targets: [{ global: ["console.*"] }]
  - id: no-circles
    kind: imports
    message: Break the circle.
    rationale: Circles hide what depends on what.
    from: ["src/**/*.js"]
    cycles: true
`;
const good = 'export const price = (weight) => weight * 2;\n';
const lucky = `${good}export const luck = () => Math.random();\n`;
const luckier = `${lucky}export const more = () => Math.random();\n`;
const commit = (subject: string, text: string): PlannedCommit => ({ subject, files: { 'src/price.js': text } });
const history = [
  {
    subject: 'Begin',
    files: { '.ratchet/invariants/price.yml': rules, 'src/price.js': good, 'README.md': 'Prices\n' },
  },
  commit('Print', `${good}console.log(price(1));\n`),
  commit('Print no more', `${good}\n`),
  { subject: 'Explain', files: { 'README.md': 'More prices\n' } },
  commit('Price by luck', lucky),
  commit('More luck', luckier),
];

let repo: TestRepository & { readonly ids: string[] };
afterEach(() => {
  expect(leftovers(repo.root)).toEqual([]);
  repo.remove();
});

const investigate = (...args: string[]) => investigateIn(repo.root, ...args);

describe('ratchet investigate --drift', { timeout: 180_000 }, () => {
  it('names the commit at which a rule broke, its lines, and what made it worse; what holds is ruled out', async () => {
    repo = makeHistory(history);
    const before = fingerprint(repo.root);
    const { code, document } = await investigate('src/price.js', '--drift');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[4] }], runs: 0 });
    expect(document.outcome?.summary).toContain('no-chance held for 3 commits of the file and broke in');
    expect(document.outcome?.hunks).toMatchObject([
      { path: 'src/price.js', today: { path: 'src/price.js', startLine: 2 } },
    ]);
    const evidence = document.outcome?.evidence ?? [];
    expect(evidence.map((one) => one.commit)).toEqual([repo.ids[4], repo.ids[5]]);
    expect(evidence[0]?.text).toMatch(
      /no-chance broke after 3 commits of the file in \w+ Price by luck by .+; 2 today\./,
    );
    expect(document.outcome?.ruledOut).toEqual(['no-log holds; it was broken and repaired once.']);
    expect(document.outcome?.unknown[0]).toContain('no-circles: circles and chains');
    expect([code, fingerprint(repo.root)]).toEqual([0, before]);
    const replayed = await ratchet(repo.root, ['replay', document.runId, '--json']);
    expect(replayDocumentSchema.parse(JSON.parse(replayed.stdout))).toMatchObject({ identical: true });
  });

  it('follows the file through its names, and sees what is not committed yet', async () => {
    repo = makeHistory(history);
    repo.git('mv', 'src/price.js', 'src/cost.js');
    repo.git('commit', '-q', '-m', 'Another name');
    const renamed = await investigate('src/cost.js', '--drift', 'no-chance');
    expect(renamed.document.outcome?.culprits).toMatchObject([{ commit: repo.ids[4] }]);
    repo.write({ 'src/cost.js': good });
    repo.commit('Repair');
    repo.write({ 'src/cost.js': lucky });
    const now = await investigate('src/cost.js', '--drift', 'no-chance');
    expect(now.document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: null }] });
  });

  it('names the commit at which a number without a limit went up to another level, and not each that added a line', async () => {
    const sized = `version: 1
rules:
  - id: size
    kind: metric
    message: Take something out.
    rationale: A long file hides what it does.
    files: ["src/**/*.js"]
    measure: lines
`;
    const text = (lines: number) => Array.from({ length: lines }, (_, line) => `// ${line}\n`).join('');
    const sizes = [40, 41, 40, 42, 41, 40, 120, 121, 120];
    repo = makeHistory([
      { subject: 'Rules', files: { '.ratchet/invariants/size.yml': sized, 'README.md': 'Prices\n' } },
      ...sizes.map((lines, index) => commit(`To ${lines}, ${index}`, text(lines))),
    ]);
    const { document } = await investigate('src/price.js', '--drift');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[7] }] });
    expect(document.outcome?.summary).toMatch(
      /^size went up in \w+ To 120, 6, from about 41 over 6 commits of the file to about 120 over 3\.$/,
    );
    expect(document.outcome?.evidence.map(({ commit: id }) => id)).toEqual([repo.ids[1], repo.ids[7]]);
    repo.write({ 'src/price.js': text(41) });
    const mended = await investigate('src/price.js', '--drift');
    expect(mended.document.outcome?.ruledOut[0]).toMatch(
      /^size last went down: from about 41 over 6 commits of the file to about 120 over 3 to about 41 over 1\.$/,
    );
  });

  it('says when every rule holds, when none speaks of the file, and when there is no such rule', async () => {
    repo = makeHistory(history.slice(0, 3));
    const holds = await investigate('src/price.js', '--drift');
    expect([holds.code, holds.document.outcome?.summary]).toEqual([
      1,
      'All 2 rules that speak of src/price.js hold, after 3 commits.',
    ]);
    const silent = await investigate('README.md', '--drift');
    expect(silent.document.outcome?.summary).toContain('No rule that can be judged over history speaks of README.md');
    const unknown = await investigate('src/price.js', '--drift', 'no-such-rule');
    expect([unknown.code, unknown.document.failure?.message]).toEqual([2, 'There is no rule no-such-rule.']);
  });
});
