// `ratchet investigate` with a policy: what it thinks is tried by the gym, refused where it is no experiment, and attacked.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { investigationDocumentSchema, replayDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import type { Doubt, Inquiry } from '../../src/protocol/hypotheses.ts';
import { leftovers, ratchet } from '../helpers/cli.ts';
import {
  brokenHistory,
  culprit,
  hypothesis,
  otherInput,
  printing,
  type WrittenScript,
  withoutSign,
  withoutUnit,
  writeScript,
} from '../helpers/hypotheses.ts';
import { fingerprint, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository & { readonly ids: string[] };
let script: WrittenScript | undefined;
let before: Record<string, string>;
beforeEach(() => {
  repo = brokenHistory();
  before = fingerprint(repo.root);
});
afterEach(() => {
  expect(fingerprint(repo.root)).toEqual(before);
  expect(leftovers(repo.root)).toEqual([]);
  repo.remove();
  script?.remove();
  script = undefined;
});

const question = ['investigate', 'src/sum.js', '--test', 'adds'];

async function investigate(hypotheses: readonly unknown[], doubt?: Doubt) {
  script = writeScript(hypotheses, { ...(doubt && { doubt }) });
  const ran = await ratchet(repo.root, [...question, '--policy', script.policy, '--json']);
  expect(ran.stdout, ran.stderr).not.toBe('');
  const document = investigationDocumentSchema.parse(JSON.parse(ran.stdout));
  // Whatever a policy says, the cause is what the runs say.
  expect([ran.code, document.outcome]).toMatchObject([
    0,
    { outcome: 'cause', culprits: [{ commit: repo.ids[culprit] }] },
  ]);
  const inquiry = document.outcome?.inquiry ?? null;
  if (inquiry === null) throw new Error('There is no inquiry.');
  const sum = inquiry.hypotheses.reduce((all, { after }) => all + after, inquiry.noneOfThem.after);
  expect(sum).toBeCloseTo(1, 9);
  return { document, inquiry, row: (id: string) => inquiry.hypotheses.find((one) => one.id === id) };
}

const cameOf = ({ hypotheses }: Inquiry) => Object.fromEntries(hypotheses.map(({ id, outcome }) => [id, outcome]));

describe('hypotheses', { timeout: 180_000 }, () => {
  it('are confirmed, refuted and refused by experiments, and one holds against the sceptic', async () => {
    const { document, inquiry, row } = await investigate(
      [
        hypothesis({ statement: 'The constant does it.', prior: 0.6, experiment: withoutUnit }),
        hypothesis({ prior: 0.3, experiment: withoutSign }),
        hypothesis({
          statement: 'Look [here](http://evil.example) <img src=x>.',
          prior: 0.1,
          experiment: { action: 'shell', command: 'touch /tmp/owned' },
        }),
      ],
      {
        objection: 'Zero would be wrong as well then.',
        prediction: 'With 0 it fails too.',
        experiment: { action: 'runTest', file: null, name: null, edit: otherInput('sum(2, 0)', '2'), expects: 'fails' },
      },
    );
    expect(cameOf(inquiry)).toEqual({ h1: 'didNot', h2: 'cameTrue', h3: 'refused' });
    expect(inquiry.hypotheses[0]?.id).toBe('h2');
    expect(row('h1')).toMatchObject({ before: expect.closeTo(0.48, 6), detail: expect.stringMatching(/^it failed/) });
    expect(row('h1')?.after).toBeLessThan(0.1);
    expect(row('h3')?.detail).toContain('none of the experiments that there are');
    expect(inquiry.doubt).toMatchObject({ id: 'h2', outcome: 'didNot', detail: 'it passed' });
    expect(inquiry.doubt?.after).toBeGreaterThan(inquiry.doubt?.before ?? 1);
    expect(row('h2')?.after).toBeGreaterThan(0.8);
    const { report } = document;
    expect(report).toContain('## Hypotheses');
    expect(report).toContain('Spoken against by their experiments: h1 (The constant does it.)');
    expect(report).toMatch(/\| h2 \|.*came true: it passed/);
    // What would be a link or a picture is text.
    expect(report).toContain('Look \\[here\\](http://evil.example) \\<img src=x\\>.');
    expect(document.outcome?.unknown).not.toContain('Why these lines do it: that takes a person, or a policy.');
    const replayed = await ratchet(repo.root, ['replay', document.runId, '--json']);
    expect(replayDocumentSchema.parse(JSON.parse(replayed.stdout))).toMatchObject({ identical: true });
    const told = await ratchet(repo.root, [...question, '--policy', `recorded:${document.runId}`]);
    expect(told.stdout).toContain('The sceptic on h2');
    expect(told.stderr).toContain('hypotheses by recorded');
  });

  it('are flipped by a counter-experiment that comes true', async () => {
    const { inquiry, row } = await investigate(
      [hypothesis({ prior: 0.5, experiment: withoutSign }), hypothesis({ prior: 0.5, experiment: null })],
      {
        objection: 'It did not begin there.',
        prediction: 'They differ.',
        experiment: { action: 'compareTrees', before: 'before', after: 'culprit', expects: 'differs' },
      },
    );
    expect(inquiry.doubt).toMatchObject({
      id: 'h1',
      outcome: 'cameTrue',
      detail: expect.stringContaining('it passed; then it failed'),
    });
    expect(inquiry.doubt?.before).toBeGreaterThan(0.5);
    expect(row('h1')?.after).toBeLessThan(0.4);
    expect(inquiry.hypotheses[0]?.id).toBe('h2');
  });

  it('try what prints and what asserts, and refuse whatever reaches further', async () => {
    const probe = (patch: string, expects: string, text: string | null = null) =>
      hypothesis({ prior: 0.2, experiment: { action: 'addProbe', patch, expects, text } });
    const hostile =
      '--- a/package.json\n+++ b/package.json\n@@ -1 +1,2 @@\n {\n+"scripts": {"pretest": "touch owned"},\n';
    const outside = '--- a/../outside.js\n+++ b/../outside.js\n@@ -1 +1,2 @@\n a\n+b\n';
    const many = [
      probe(printing("console.log('terms', a, b);"), 'prints', 'terms 2 3'),
      probe(printing("if (b > 0) throw new Error('b is positive');"), 'failsOtherwise'),
      probe(printing('// nothing'), 'passes'),
      probe(hostile, 'passes'),
      probe(outside, 'passes'),
      hypothesis({
        path: '../../etc/passwd',
        experiment: { action: 'runTest', file: '../sum.test.js', name: null, edit: null, expects: 'passes' },
      }),
      hypothesis({ experiment: { action: 'revertHunks', hunks: ['0123'], expects: 'passes' } }),
      hypothesis({
        experiment: { action: 'compareTrees', before: '--upload-pack=x', after: 'today', expects: 'same' },
      }),
    ];
    repo.write({ '.ratchet/config.yml': 'investigation:\n  hypotheses: 8\n' });
    before = fingerprint(repo.root);
    const { row, inquiry } = await investigate([...many, hypothesis({ experiment: withoutSign })]);
    expect(cameOf(inquiry)).toEqual({
      h1: 'cameTrue',
      h2: 'cameTrue',
      h3: 'didNot',
      h4: 'refused',
      h5: 'refused',
      h6: 'refused',
      h7: 'refused',
      h8: 'refused',
    });
    expect(row('h4')?.detail).toContain('which is no code');
    expect(row('h5')?.detail).toContain('leaves the repository');
    expect(row('h6')?.detail).toContain('There is no test file');
    expect(row('h7')?.detail).toContain('no hunk "0123"');
    expect(row('h8')?.detail).toContain('is no commit that was looked at');
    expect(row('h6')).toMatchObject({ isPlaceKnown: false, startLine: null });
    expect(inquiry.notes).toEqual(['1 more hypotheses were not tried (investigation.hypotheses).']);
  });

  it('are none where nobody can be asked, where nobody is to be asked, and where the policy fails', async () => {
    const outcomeOf = async (...args: string[]) => {
      const ran = await ratchet(repo.root, [...question, '--json', ...args]);
      return investigationDocumentSchema.parse(JSON.parse(ran.stdout)).outcome;
    };
    expect(await outcomeOf()).toMatchObject({ outcome: 'cause', inquiry: null });
    script = writeScript([hypothesis({ experiment: withoutSign })], { match: 'nothing like it' });
    const failed = await outcomeOf('--policy', script.policy);
    expect(failed).toMatchObject({ outcome: 'cause', inquiry: { hypotheses: [], notes: [expect.any(String)] } });
    expect(failed?.inquiry?.notes[0]).toContain('There are no hypotheses: The script has no answer');
    repo.write({ '.ratchet/config.yml': 'investigation:\n  hypotheses: 0\n' });
    before = fingerprint(repo.root);
    expect(await outcomeOf('--policy', script.policy)).toMatchObject({ outcome: 'cause', inquiry: null });
  });
});
