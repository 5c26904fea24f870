import { describe, expect, it } from 'vitest';
import { factsOf } from './fileFacts.ts';
import { isTest, subjectOf } from './languages.ts';
import { wordsOf, wordsOfPath } from './words.ts';

const defined = (path: string, text: string) =>
  factsOf(path, text).definitions.map(({ name, line }) => `${name}:${line}`);
const imports = (path: string, text: string) => [...factsOf(path, text).imports];

describe('definitions', () => {
  it('of TypeScript: declarations, methods, and what is exported by assignment; not what a comment says', () => {
    const text = `/*
function notThis() {}
*/
export async function* first() {}
export const second = 1;
export interface Third<T> {}
type Fourth = string;
class Fifth {
  async sixth(a: string): Promise<void> {
    if (a) {
    }
  }
}
exports.seventh = 1;
Reply.prototype.eighth = function () {};
`;
    expect(defined('a.ts', text)).toEqual([
      'first:4',
      'second:5',
      'Third:6',
      'Fourth:7',
      'Fifth:8',
      'sixth:9',
      'seventh:14',
      'eighth:15',
    ]);
  });

  it('of Python: functions, classes and constants; not what a docstring says', () => {
    const text =
      '"""\ndef nothing(): pass\n"""\nLIMIT = 3\nclass Session(Base):\n    async def get(self):\n        pass\n';
    expect(defined('a.py', text)).toEqual(['LIMIT:4', 'Session:5', 'get:6']);
  });

  it('of Go, Rust and Java', () => {
    expect(
      defined(
        'a.go',
        'package a\n\nfunc (c *Context) Bind(x any) error {\n}\ntype Engine struct {\nfunc New() *Engine {\n',
      ),
    ).toEqual(['Bind:3', 'Engine:5', 'New:6']);
    expect(
      defined(
        'a.rs',
        'pub(crate) const fn walk() {}\npub struct Walk<T> {\nimpl Walk {\n    pub async fn next(&self) {\nmacro_rules! wow {\n',
      ),
    ).toEqual(['walk:1', 'Walk:2', 'next:4', 'wow:5']);
    expect(
      defined(
        'A.java',
        'public final class Gson {\n  private static final int LIMIT = 1;\n  public <T> T fromJson(String json) {\n    return call(json);\n  }\n',
      ),
    ).toEqual(['Gson:1', 'LIMIT:2', 'fromJson:3']);
  });

  it('takes no time over lines that are meant to take long', () => {
    const started = performance.now();
    for (const path of ['a.ts', 'a.py', 'a.go', 'a.rs', 'a.java', 'a.c'])
      factsOf(
        path,
        `${'a '.repeat(150)}\n`.repeat(500) +
          `${'x'.repeat(390)}(\n`.repeat(500) +
          `${'  public'.repeat(45)}\n`.repeat(300),
      );
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('imports', () => {
  it('as each language writes them', () => {
    expect(
      imports(
        'a.ts',
        "import { a } from './b.ts';\nimport './c.css';\nconst d = require('./d');\nawait import('./e.ts');",
      ),
    ).toEqual(['./b.ts', './c.css', './d', './e.ts']);
    expect(imports('a.py', 'import os, flask.app\nfrom .globals import request, session\nfrom . import cli\n')).toEqual(
      ['os', 'flask.app', '.globals', '.globals.request', '.globals.session', '.', '.cli'],
    );
    expect(imports('a.go', 'import (\n\t"fmt"\n\tb "github.com/gin-gonic/gin/binding"\n)\n')).toEqual([
      'fmt',
      'github.com/gin-gonic/gin/binding',
    ]);
    expect(imports('a.rs', 'mod walk;\nuse crate::flags::parse;\n')).toEqual(['mod walk', 'crate::flags::parse']);
    expect(imports('A.java', 'import static com.google.gson.Gson.x;\n')).toEqual(['com.google.gson.Gson.x']);
  });
});

describe('words', () => {
  it('are the parts of identifiers, and identifiers whole', () => {
    expect(wordsOf('parseHTTPHeader snake_case_name')).toEqual([
      'pars',
      'http',
      'head',
      'parsehttpheader',
      'snak',
      'name',
      'snakecasename',
    ]);
    expect(wordsOfPath('src/gym/textEditor.ts')).toEqual(['src', 'gym', 'text', 'editor', 'texteditor']);
  });

  it('a test shares its subject', () => {
    expect(['test_url.py', 'url.py', 'url.test.ts', 'url_test.go', 'UrlTest.java'].map(subjectOf)).toEqual(
      Array(5).fill('url'),
    );
    expect([isTest('tests/test_url.py'), isTest('src/url_test.go'), isTest('src/latest.ts')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
