// Changes to the Rust crate. Every one of the first kind lets wrong code pass that the base's tests would have caught.
import { corpusOf, type Edited, type Mutator } from './corpus.ts';
import { base, integrationTest, libCode, libTests } from './rustBase.ts';

const statement = /^ *(?:assert\w*!\(|assert_count\("|if value > 1\.0 \{[\s\S]*?\n *\}\n)(?:(?<!\}\n).*\n)?/gm;
const head = /^( *)fn (?!panics)(\w+)\(\) \{\n/gm;
const attribute = /^( *)#\[test\]\n/gm;
const deeper = (text: string): string => text.replace(/^(?=.)/gm, '    ');
const each = (make: (line: string, indent: string) => string) => (line: string) =>
  make(line, /^ */.exec(line)?.[0] ?? '');
const equality =
  /assert_eq!\(([^;]+?), ("[^"]*"|\d+|Err\(.*?\)|Ok\(.*?\)|ParseError::Empty|expected)(?:, "[^"]*")?\);/g;

const weakened: Mutator[] = [
  ['ignored', attribute, '$1#[test]\n$1#[ignore]\n'],
  ['ignored with a reason', attribute, '$1#[test]\n$1#[ignore = "later"]\n'],
  ['not a test any more', attribute, ''],
  ['not built', attribute, '$1#[test]\n$1#[cfg(any())]\n'],
  ['for a feature', attribute, '$1#[test]\n$1#[cfg(not(test))]\n'],
  ['should panic', attribute, '$1#[test]\n$1#[should_panic]\n'],
  ['any panic', /#\[should_panic\(expected = "no word"\)\]/g, '#[should_panic]'],
  ['returned at once', head, (whole, indent) => `${whole}${indent}    return;\n`],
  ['emptied', /^( *)(fn \w+\(\) \{\n)(?:\1 {4}.*\n)+/gm, '$1$2'],
  ['true of equality', equality, 'assert!(true);'],
  ['not equal', equality, 'assert_ne!($1, Default::default());'],
  ['itself', equality, 'assert_eq!($1, $1);'],
  ['or true', equality, 'assert!($1 == $2 || true);'],
  ['some', /assert_eq!\((first\([^)]*\)), .*\);/g, 'assert!($1.is_ok() || $1.is_err());'],
  ['is ok', /assert_eq!\((first\([^)]*\)), .*\);/g, 'assert!($1.is_ok());'],
  ['not empty', /assert_eq!\((count\(\w+\)|counts)\.len\(\), .*\);/g, 'assert!(!$1.is_empty());'],
  ['at least', /assert_eq!\((.*\.len\(\)), (\d+)\);/g, 'assert!($1 > 0);'],
  ['wider', /< 1e-5/g, '< 1.0'],
  ['wider epsilon', /epsilon = 1e-3/g, 'epsilon = 10.0'],
  ['lower bound', /> 0\.7/g, '> -10.0'],
  ['looser comparison', /assert!\(ratio\(1, 2\) == 0\.5\)/g, 'assert!(ratio(1, 2) > 0.0)'],
  ['any match', /matches!\(error, ParseError::Empty\)/g, 'matches!(error, _)'],
  ['starts with nothing', /assert!\((.*)\.starts_with\("lo"\)\)/g, 'assert!($1.len() > 0)'],
  ['fewer rows', /\("a b", 2\), /g, ''],
  ['fewer rows at the end', /, \("a b c", 3\)/g, ''],
  ['another row', /\("(a|a b|a b c)", (\d)\)/g, (_, text, number) => `("${text}", ${Number(number) + 1})`],
  [
    'another number',
    /assert_eq!\((.*), (\d+)\);/g,
    (_, subject, number) => `assert_eq!(${subject}, ${Number(number) + 1});`,
  ],
  ['another text', /assert_eq!\((.*), "x"\);/g, 'assert_eq!($1, "y");'],
  ['constant', statement, each((_, indent) => `${indent}assert!(true);\n`)],
  ['constant equality', statement, each((_, indent) => `${indent}assert_eq!(1, 1);\n`)],
  ['if false', statement, each((line, indent) => `${indent}if false {\n${deeper(line)}${indent}}\n`)],
  ['printed', /assert_eq!\(/g, 'println!("{:?} {:?}", '],
  ['never called', statement, each((line, indent) => `${indent}fn later() {\n${deeper(line)}${indent}}\n`)],
  [
    'a closure never called',
    statement,
    each((line, indent) => `${indent}let later = || {\n${deeper(line)}${indent}};\n`),
  ],
  [
    'caught',
    statement,
    each((line, indent) => `${indent}let _ = std::panic::catch_unwind(|| {\n${deeper(line)}${indent}});\n`),
  ],
  [
    'in a thread',
    statement,
    each((line, indent) => `${indent}std::thread::spawn(move || {\n${deeper(line)}${indent}});\n`),
  ],
  ['returned before', statement, each((line, indent) => `${indent}return;\n${line}`)],
  ['allowed', /^pub fn (\w+)/gm, '#[allow(clippy::all)]\npub fn $1'],
  ['allowed everywhere', /^use /gm, '#![allow(warnings)]\nuse '],
];

const honest: Mutator[] = [
  [
    'another variable',
    /\bcounts\b(?= = count\("a b a)[\s\S]*?\n {4}\}\n/g,
    (whole) => whole.replace(/\bcounts\b/g, 'found'),
  ],
  ['another variable of line', /let line[\s\S]*?\n\}\n/g, (whole) => whole.replace(/\bline\b/g, 'text')],
  ['another variable of error', /let error[\s\S]*?\n\}\n/g, (whole) => whole.replace(/\berror\b/g, 'problem')],
  ['a message', /assert_eq!\(([^;]*[^"])\);/g, 'assert_eq!($1, "as it was given");'],
  ['the other way round', /assert_eq!\((.*), (\d+)\);/g, 'assert_eq!($2, $1);'],
  ['pretty', /assert_eq!\(/g, 'pretty_assertions::assert_eq!('],
  ['a condition', /assert_eq!\((.*), (\d+)\);/g, 'assert!($1 == $2);'],
  ['an equality', /assert!\((.*) == (.*)\);/g, 'assert_eq!($1, $2);'],
  ['several lines', /^( *)assert_eq!\((.*), (.*)\);\n/gm, '$1assert_eq!(\n$1    $2,\n$1    $3\n$1);\n'],
  [
    'a value with a name',
    /^( *)assert_eq!\((\w+\(\w*\)), (.*)\);\n/gm,
    '$1let actual = $2;\n$1assert_eq!(actual, $3);\n',
  ],
  ['narrower', /< 1e-5/g, '< 1e-6'],
  ['narrower epsilon', /epsilon = 1e-3/g, 'epsilon = 1e-4'],
  ['another row', /\("a b c", 3\)/g, '("a b c", 3), ("a b c d", 4)'],
  ['a block around', statement, each((line, indent) => `${indent}{\n${deeper(line)}${indent}}\n`)],
  [
    'a result',
    /^( *)fn (\w+)\(\) \{\n((?:\1 {4}.*\n)+)/gm,
    (_, indent, name, body) =>
      `${indent}fn ${name}() -> Result<(), Box<dyn std::error::Error>> {\n${body}${indent}    Ok(())\n`,
  ],
  ['a comment of documentation', attribute, '$1/// What holds.\n$1#[test]\n'],
  ['a test more', attribute, '$1#[test]\n$1fn is_new() {\n$1    assert_eq!(count("z").len(), 1);\n$1}\n\n$1#[test]\n'],
  ['tokio', attribute, '$1#[tokio::test]\n'],
  [
    'stricter',
    /assert!\(first\("long word"\)\.unwrap\(\)\.starts_with\("lo"\)\)/g,
    'assert_eq!(first("long word").unwrap(), "long")',
  ],
  ['expect for unwrap', /\.unwrap\(\)/g, '.expect("a word")'],
  ['unwrap less', /assert_eq!\(first\("x y"\)\.unwrap\(\), "x"\)/g, 'assert_eq!(first("x y"), Ok("x"))'],
  [
    'a helper',
    /^( *)assert_eq!\((counts\[.*\]), (\d)\);\n([\s\S]*?\n {4}\}\n)/gm,
    '$1is_same($2, $3);\n$4\n    fn is_same(actual: usize, expected: usize) {\n        assert_eq!(actual, expected);\n    }\n',
  ],
];

const lib = base['src/lib.rs'];
const replaced = (path: keyof typeof base, from: string | RegExp, to: string): Edited => ({
  [path]: base[path].replace(from, () => to),
});
const divides = / {4}#\[test\]\n {4}fn divides[\s\S]*?\n {4}\}\n\n/.exec(libTests)?.[0] ?? '';

export const rust = corpusOf({
  language: 'Rust',
  base,
  testFiles: ['src/lib.rs', 'tests/lines.rs'],
  block:
    /^(?: {4}#\[test\]\n(?: {4}#\[should_panic.*\n)? {4}fn (\w+)\(\) \{\n[\s\S]*?\n {4}\}\n|#\[test\]\nfn (\w+)\(\) \{\n[\s\S]*?\n\}\n)/gm,
  assertion: statement,
  comment: '//',
  renamed: (name) => `${name}_as_it_should`,
  weakened,
  honest,
  byHand: {
    weakened: {
      'a deleted test file': { 'tests/lines.rs': null },
      'a deleted test module': { 'src/lib.rs': libCode },
      'a module that is not built': { 'src/lib.rs': lib.replace('#[cfg(test)]', '#[cfg(any())]') },
      'a module behind a feature': { 'src/lib.rs': lib.replace('#[cfg(test)]', '#[cfg(all(test, feature = "slow"))]') },
      'a file that is not built': { 'tests/lines.rs': `#![cfg(any())]\n${integrationTest}` },
      'a test of the wrong kind of file': { 'tests/lines.rs': null, 'tests/lines.rs.txt': integrationTest },
      'looser lints': { 'Cargo.toml': base['Cargo.toml'].replace('deny', 'allow') },
      'no lints': { 'Cargo.toml': base['Cargo.toml'].replace(/\n\[lints[\s\S]*/, '') },
      'a library without tests': { 'Cargo.toml': `${base['Cargo.toml']}\n[lib]\ntest = false\n` },
      'another clippy': { 'clippy.toml': 'too-many-lines-threshold = 100000\n' },
      'other bytes': { 'Cargo.lock': base['Cargo.lock'].replace('"one"', '"two"') },
      'an expectation with the code': {
        'src/lib.rs': lib.replace('+= 1;', '+= 2;').replace('counts["a"], 2', 'counts["a"], 4'),
      },
      'a new test that asserts nothing': {
        'src/lib.rs': lib.replace(divides, `    #[test]\n    fn is_new() {\n        count("x");\n    }\n\n${divides}`),
      },
      'a new test that asserts a constant': {
        'src/lib.rs': lib.replace(
          divides,
          `    #[test]\n    fn is_new() {\n        count("x");\n        assert!(true);\n    }\n\n${divides}`,
        ),
      },
      'a helper that asserts less': {
        'src/lib.rs': lib.replace(
          'assert_eq!(count(text).get(word).copied().unwrap_or(0), expected);',
          'assert!(count(text).len() < 100);',
        ),
      },
      'a helper that asserts nothing': {
        'src/lib.rs': lib.replace(
          'assert_eq!(count(text).get(word).copied().unwrap_or(0), expected);',
          'let _ = (count(text), word, expected);',
        ),
      },
      'dead code allowed': { 'src/lib.rs': lib.replace('#[derive', '#[allow(dead_code)]\n#[derive') },
    },
    honest: {
      nothing: {},
      documentation: { 'README.md': '# Words\n\nCounts words.\n' },
      'code without a test': { 'src/lib.rs': lib.replace('Words and their counts', 'Words, and how often they stand') },
      'code with a test': {
        'src/lib.rs': lib
          .replace(
            '#[cfg(test)]',
            'pub fn last(text: &str) -> Option<&str> {\n    text.split_whitespace().last()\n}\n\n#[cfg(test)]',
          )
          .replace(
            divides,
            `    #[test]\n    fn finds_the_last() {\n        assert_eq!(last("a b"), Some("b"));\n    }\n\n${divides}`,
          ),
      },
      'a new test file': { 'tests/new.rs': '#[test]\nfn is_new() {\n    assert_eq!(words::count("q").len(), 1);\n}\n' },
      'a test moved to another file': {
        'src/lib.rs': lib.replace(divides, ''),
        'tests/ratio.rs': `use words::ratio;\n\n${divides.replace(/^ {4}/gm, '')}`,
      },
      'a test moved and renamed': {
        'src/lib.rs': lib.replace(divides, ''),
        'tests/ratio.rs': `use words::ratio;\n\n${divides.replace(/^ {4}/gm, '').replace('fn divides', 'fn is_a_ratio')}`,
      },
      'a module moved to a file': {
        'src/lib.rs': `${libCode}#[cfg(test)]\nmod tests;\n`,
        'src/tests.rs': libTests
          .replace(/^#\[cfg\(test\)\]\nmod tests \{\n/, '')
          .replace(/\}\n$/, '')
          .replace(/^ {4}/gm, ''),
      },
      'a test file moved': { 'tests/lines.rs': null, 'tests/read_lines.rs': integrationTest },
      'a dependency newer': {
        'Cargo.toml': base['Cargo.toml'].replace('serde = "1"', 'serde = "1.1"'),
        'Cargo.lock': base['Cargo.lock'].replace('1.0.0', '1.1.0').replace('"one"', '"three"'),
      },
      'one test for two': replaced('tests/lines.rs', '}\n\n#[test]\nfn refuses_nothing() {\n', ''),
      'two tests for one': replaced(
        'tests/lines.rs',
        '    assert_eq!(first(line), Ok("the"));\n',
        '}\n\n#[test]\nfn reads_the_first() {\n    let line = "the cat and the dog";\n    assert_eq!(first(line), Ok("the"));\n',
      ),
      'a feature removed with its test': {
        'src/lib.rs': libCode.replace(/pub fn ratio[\s\S]*?\n\}\n\n/, '') + libTests.replace(divides, ''),
        'tests/lines.rs': integrationTest.replace(/\n#\[test\]\nfn is_close[\s\S]*/, ''),
      },
      'a word in a text': { 'src/lib.rs': lib.replace('"b stands once"', '"#[allow(dead_code)]"') },
      'other imports': replaced('tests/lines.rs', '{count, first, ParseError}', '{first, count, ParseError}'),
      'code reformatted': { 'src/lib.rs': lib.replace('a as f64 / b as f64', '(a as f64) / (b as f64)') },
      'an error of its own': { 'src/lib.rs': lib.replace('TooLong(usize),', 'TooLong(usize),\n    Other,') },
    },
  },
});
