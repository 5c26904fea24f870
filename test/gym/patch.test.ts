// Edits that miss the file: what is written must be right, always; what is refused must say where to look.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../src/gym/patch/applyPatch.ts';
import { replaceText } from '../../src/gym/patch/replaceText.ts';
import { parseUnifiedDiff } from '../../src/gym/patch/unifiedDiff.ts';
import { formatTextFile, parseTextFile } from '../../src/gym/textFile.ts';
import { classNames, generateEdits, realFiles } from '../helpers/generatedEdits.ts';
import { type Files, fingerprint, makeRepository } from '../helpers/repository.ts';

describe('edits of real files that miss them', () => {
  const languages = Object.entries(realFiles(25)).filter(([, files]) => files.length > 0);
  // 1,500 edits in all, whatever languages this machine has.
  const perClass = Math.ceil(1_500 / classNames.length / languages.length);

  for (const [language, files] of languages)
    it(`in ${language}: wrong text is never written, and most are applied`, { timeout: 60_000 }, () => {
      const edits = generateEdits(files, perClass, 7);
      const classes = new Set<string>();
      let correct = 0;
      for (const { className, current, seen, oldText, newText, expected, file } of edits) {
        const parsed = parseTextFile(new TextEncoder().encode(current));
        if (parsed === undefined) throw new Error(`${file} is not text`);
        const result = replaceText(parsed.text, { oldText, newText, seen });
        classes.add(className);
        if (!result.ok) continue;
        const written = new TextDecoder().decode(formatTextFile({ ...parsed, text: result.text }));
        expect(written, `${className} in ${file}\n--- old\n${oldText}\n--- new\n${newText}`).toBe(expected);
        correct += 1;
      }
      expect(classes.size).toBe(classNames.length);
      expect(correct / edits.length).toBeGreaterThanOrEqual(0.65);
    });
});

/** Few distinct lines, so that quotations are often ambiguous, with indentation and odd characters. */
const line = fc.stringMatching(/^ {0,4}(?:[ab]{1,2}|\$&|\$1|'x'|é)?;?$/);
const text = fc.array(line, { minLength: 1, maxLength: 20 }).map((lines) => `${lines.join('\n')}\n`);

describe('any edit of any text', () => {
  it('changes exactly the quoted place, or nothing', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(8), line, (file, at, length, added) => {
        const lines = file.split('\n').slice(0, -1);
        const start = at % lines.length;
        const quoted = lines.slice(start, start + length + 1);
        const oldText = quoted.join('\n');
        const result = replaceText(file, { oldText, newText: added });
        const isOnce = oldText !== '' && file.indexOf(oldText) === file.lastIndexOf(oldText);
        if (isOnce) {
          const index = file.indexOf(oldText);
          const expected = file.slice(0, index) + added + file.slice(index + oldText.length);
          expect(result).toMatchObject({ ok: true, text: expected, how: 'exact' });
        } else expect(result.ok).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('merges into what a person changed elsewhere, and refuses where both changed the same', () => {
    fc.assert(
      fc.property(fc.nat(19), fc.nat(19), (mine, theirs) => {
        const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
        const seen = lines.join('\n');
        const current = lines.map((old, index) => (index === mine ? `${old} mine` : old)).join('\n');
        // Three lines are quoted, so that the person's change may lie in the quotation and still be elsewhere.
        const from = Math.max(0, theirs - 1);
        const quoted = lines.slice(from, theirs + 2);
        const written = quoted.map((old) => (old === `line ${theirs}` ? 'changed' : old));
        const result = replaceText(current, { oldText: quoted.join('\n'), newText: written.join('\n'), seen });
        if (!result.ok) {
          expect(Math.abs(mine - theirs)).toBeLessThanOrEqual(1);
          return;
        }
        const expected = current.split('\n').map((old, index) => (index === theirs ? 'changed' : old));
        expect(mine).not.toBe(theirs);
        expect(result.text).toBe(expected.join('\n'));
      }),
      { numRuns: 400 },
    );
  });
});

describe('a unified diff', () => {
  const edit = async (files: Files, patch: string) => {
    const repo = makeRepository(files);
    try {
      const before = fingerprint(repo.root);
      const observation = await applyPatch(realpathSync(repo.root), patch, new Map());
      const read = (path: string) => (existsSync(join(repo.root, path)) ? repo.read(path) : undefined);
      const paths = [...Object.keys(files), 'new.ts', 'moved.ts'];
      return {
        ...observation,
        files: Object.fromEntries(paths.map((path) => [path, read(path)])),
        isUntouched: JSON.stringify(fingerprint(repo.root)) === JSON.stringify(before),
      };
    } finally {
      repo.remove();
    }
  };

  it('gives the other text, or is refused, whatever its headers say of lines and counts', () => {
    fc.assert(
      fc.property(text, text, fc.nat(50), fc.nat(50), fc.nat(9), (a, b, first, second, count) => {
        fc.pre(a !== b);
        const patch = createTwoFilesPatch('a/f', 'b/f', a, b, '', '', { context: 3 });
        const wrong = patch.replace(/^@@ .* @@$/gm, `@@ -${first},${count} +${second},${count} @@`);
        const parsed = parseUnifiedDiff(wrong);
        expect(parsed.ok).toBe(true);
        if (!parsed.ok) return;
        const [hunk, ...more] = parsed.value[0]?.hunks ?? [];
        if (hunk === undefined || more.length > 0 || hunk.oldLines.length === 0) return;
        const oldText = `${hunk.oldLines.join('\n')}\n`;
        const newText = hunk.newLines.length === 0 ? '' : `${hunk.newLines.join('\n')}\n`;
        const result = replaceText(a, { oldText, newText, isWholeLines: true });
        if (result.ok) expect(result.text).toBe(b);
      }),
      { numRuns: 1_000 },
    );
  });

  it('creates, edits, deletes, renames and changes modes, in one go', async () => {
    const done = await edit(
      { 'a.ts': 'one\ntwo\nthree\n', 'gone.ts': 'x\n', 'old.ts': 'keep\nthis\n' },
      `Here is the patch:
\`\`\`diff
--- a/a.ts
+++ b/a.ts
@@ -99,1 +1,77 @@
 one
-two
+2 $&
 three
--- /dev/null
+++ b/new.ts
@@ -0,0 +1,2 @@
+new
+file
--- a/gone.ts
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/old.ts b/moved.ts
similarity index 80%
rename from old.ts
rename to moved.ts
--- a/old.ts
+++ b/moved.ts
@@ -1,2 +1,2 @@
 keep
-this
+that
\`\`\`
`,
    );
    expect(done).toMatchObject({ isError: false });
    expect(done.files).toEqual({
      'a.ts': 'one\n2 $&\nthree\n',
      'new.ts': 'new\nfile\n',
      'gone.ts': undefined,
      'old.ts': undefined,
      'moved.ts': 'keep\nthat\n',
    });
  });

  const good = '--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-one\n+1\n';
  const refused: Record<string, [patch: string, message: RegExp]> = {
    'the second file does not fit': [
      `${good}--- a/b.ts\n+++ b/b.ts\n@@ -1 +1 @@\n-nothing like it\n+2\n`,
      /not found in b\.ts/,
    ],
    'a path leaves the repository': [
      `${good}--- /dev/null\n+++ b/../out.ts\n@@ -0,0 +1 @@\n+x\n`,
      /leaves the repository/,
    ],
    'a path lies in .git': [`${good}--- /dev/null\n+++ b/.git/hooks/pre-commit\n@@ -0,0 +1 @@\n+x\n`, /\.git/],
    'it creates what is there': ['--- /dev/null\n+++ b/a.ts\n@@ -0,0 +1 @@\n+x\n', /exists already/],
    'it renames onto what is there': ['diff --git a/a.ts b/b.ts\nrename from a.ts\nrename to b.ts\n', /exists already/],
    'it deletes another file than it shows': ['--- a/a.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-two\n', /not found in a\.ts/],
    'a hunk shows no line': ['--- a/a.ts\n+++ b/a.ts\n@@ -1,0 +1 @@\n+x\n', /Add context/],
    'it fits twice': ['--- a/b.ts\n+++ b/b.ts\n@@ -9 +9 @@\n-same\n+other\n', /more than one way/],
    'one file is named twice': [good + good, /twice/],
    'it is binary': ['diff --git a/a.ts b/a.ts\nGIT binary patch\nliteral 1\n', /binary/],
    'it is no patch': ['please change one to two', /no file header/],
  };
  for (const [name, [patch, message]] of Object.entries(refused))
    it(`changes nothing where ${name}`, async () => {
      const done = await edit({ 'a.ts': 'one\n', 'b.ts': 'same\nx\nsame\n' }, patch);
      expect(done).toMatchObject({ isError: true, isUntouched: true });
      expect(done.content).toMatch(message);
    });

  it('takes the place its header names where the lines fit twice and one is exactly there', async () => {
    const done = await edit({ 'b.ts': 'same\nx\nsame\n' }, '--- a/b.ts\n+++ b/b.ts\n@@ -3 +3 @@\n-same\n+other\n');
    expect(done.files['b.ts']).toBe('same\nx\nother\n');
  });
});
