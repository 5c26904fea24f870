// The suite of test/editor in the extension host of a server, through a browser.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildSuite } from '../editor/build.mjs';
import { newSample, until, Workbench } from './workbench.ts';

const sample = newSample();
let suite: Awaited<ReturnType<typeof buildSuite>>;
let workbench: Workbench | undefined;

beforeAll(async () => {
  suite = await buildSuite();
});
afterAll(async () => {
  await workbench?.close();
  suite.remove();
  sample.remove();
});

it('the suite of the editor passes in the extension host', { timeout: 480_000 }, async () => {
  const log: string[] = [];
  let exitCode: number | undefined;
  workbench = await Workbench.open({
    folder: sample.folder,
    suite: {
      file: suite.file,
      onLog: (text) => {
        if (/^(?:not )?ok - |^\d+ passed/.test(text)) log.push(text);
      },
      onExit: (code) => {
        exitCode = code;
      },
    },
  });
  await until('the suite has ended', () => exitCode !== undefined, 230_000).catch(() =>
    log.push('The suite did not end.'),
  );
  expect(exitCode, log.join('\n')).toBe(0);
  expect(log.join('\n')).toMatch(/ 0 failed/);
});
