// Changes to the Java project. Every one of the first kind lets wrong code pass that the base's tests would have caught.
import { corpusOf, type Edited, type Mutator } from './corpus.ts';
import { base, ledgerCode, ledgerTest, oldTest, paths, printerTest } from './javaBase.ts';

const statement = /^ {4,6}(?:assert\w+\(|verify\().*\n/gm;
const attribute = /^ {2}@Test\n/gm;
const head = /^ {2}(?:public )?void (\w+)\(\) \{\n/gm;
const each = (make: (line: string, indent: string, bare: string) => string) => (line: string) =>
  make(line, /^ */.exec(line)?.[0] ?? '', line.trim());
const equality = /assertEquals\(("[^"]*"|[\w.]+(?:\("rent", "food"\))?), (.+?)(?:, 0\.0001)?\);/g;

const weakened: Mutator[] = [
  ['disabled', attribute, '  @Test\n  @Disabled("later")\n'],
  ['ignored', attribute, '  @Ignore\n  @Test\n'],
  ['not a test any more', attribute, ''],
  ['switched off', attribute, '  @Test(enabled = false)\n'],
  ['not an old test any more', /public void test(\w+)/g, 'public void skip$1'],
  ['a class disabled', /^(?:public )?class /gm, '@Disabled\nclass '],
  ['returned at once', head, (whole) => `${whole}    if (true) return;\n    return;\n`],
  ['private', /^ {2}void /gm, '  private void '],
  ['abstract', /^(?:public )?class /gm, 'abstract class '],
  ['emptied', /^( {2}(?:public )?void \w+\(\) \{\n)(?: {4}.*\n)+/gm, '$1'],
  ['true of equality', equality, 'assertTrue(true);'],
  ['not null', equality, 'assertNotNull($2);'],
  ['not equal', equality, 'assertNotEquals(null, $2);'],
  ['itself', equality, 'assertEquals($2, $2);'],
  ['or true', equality, 'assertTrue($1 == $2 || true);'],
  ['wider', /0\.0001/g, '10.0'],
  ['lower bound', /> 1\.4/g, '> -100'],
  ['wider within', /within\(0\.01\)/g, 'within(100.0)'],
  ['any exception', /IllegalArgumentException\.class/g, 'Exception.class'],
  ['any throwable', /IllegalArgumentException\.class/g, 'Throwable.class'],
  ['fewer rows', /"2, 4", /g, ''],
  ['fewer rows at the end', /, "3, 9"/g, ''],
  ['another row', /"(\d), (\d)"/g, (_, side, area) => `"${side}, ${Number(area) + 1}"`],
  ['fewer words', /"x", "y", "z"/g, '"x"'],
  [
    'not null of AssertJ',
    /(assertThat\(.*\))\.(?:isEqualTo|containsExactly|isEmpty|isCloseTo)\(.*\);/g,
    '$1.isNotNull();',
  ],
  ['contains', /\.containsExactly\((.*)\);/g, '.contains($1);'],
  ['less of a chain', /\.hasSize\(3\)/g, ''],
  ['less of a chain at the end', /\.startsWith\("a"\)/g, ''],
  ['itself of AssertJ', /assertThat\((Printer\.\w+\(.*?\))\)\.\w+\(.*\);/g, 'assertThat($1).isEqualTo($1);'],
  ['verified less', /verify\(paper\)\.line\("0\.00"\);/g, 'verify(paper).line(anyString());'],
  ['nothing verified', /verify\(paper\)\.line\("0\.00"\);/g, 'assertThat(paper).isNotNull();'],
  ['swallowed failure', /fail\("nothing was refused"\);\n/g, '\n'],
  ['no check in the catch', /assertEquals\("text", expected\.getMessage\(\)\);/g, ''],
  ['constant', statement, each((_, indent) => `${indent}assertTrue(true);\n`)],
  ['constant equality', statement, each((_, indent) => `${indent}assertEquals(1, 1);\n`)],
  ['if false', statement, each((_, indent, bare) => `${indent}if (false) ${bare}\n`)],
  [
    'if false in a block',
    statement,
    each((_, indent, bare) => `${indent}if (false) {\n${indent}  ${bare}\n${indent}}\n`),
  ],
  [
    'caught',
    statement,
    each(
      (_, indent, bare) =>
        `${indent}try {\n${indent}  ${bare}\n${indent}} catch (AssertionError error) {\n${indent}}\n`,
    ),
  ],
  [
    'caught and logged',
    statement,
    each(
      (_, indent, bare) =>
        `${indent}try {\n${indent}  ${bare}\n${indent}} catch (Throwable error) {\n${indent}  System.out.println(error);\n${indent}}\n`,
    ),
  ],
  [
    'never called',
    statement,
    each((_, indent, bare) => `${indent}Runnable later = () -> {\n${indent}  ${bare}\n${indent}};\n`),
  ],
  [
    'in a thread',
    statement,
    each((_, indent, bare) => `${indent}new Thread(() -> {\n${indent}  ${bare}\n${indent}}).start();\n`),
  ],
  ['printed', /assertEquals\(/g, 'System.out.printf("%s %s", '],
  ['another number', /assertEquals\((\d+), /g, (_, number) => `assertEquals(${Number(number) + 1}, `],
  ['another text', /isEqualTo\(" {2}a"\)/g, 'isEqualTo("a")'],
  ['silenced', /^ {2}@Test\n/gm, '  @SuppressWarnings("all")\n  @Test\n'],
];

const honest: Mutator[] = [
  ['another variable', /\bledger\b[\s\S]*/g, (whole) => whole.replace(/\bledger\b/g, 'book')],
  ['another variable of printer', /\bprinter\b[\s\S]*/g, (whole) => whole.replace(/\bprinter\b/g, 'press')],
  ['a message', /assertEquals\((\S+), (ledger\.\w+\(\))\);/g, 'assertEquals($1, $2, "as it was given");'],
  ['AssertJ', /assertEquals\((\S+), (ledger\.\w+\(\w*\))\);/g, 'assertThat($2).isEqualTo($1);'],
  ['qualified', /^( +)assert(Equals|True|Null|NotNull|Throws)\(/gm, '$1Assertions.assert$2('],
  [
    'a value with a name',
    /^( *)assertEquals\((\S+), (ledger\.\w+\(\))\);\n/gm,
    '$1int actual = $3;\n$1assertEquals($2, actual);\n',
  ],
  ['several lines', /^( *)assertThat\((.*)\)\.(\w+)\((.*)\);\n/gm, '$1assertThat($2)\n$1    .$3($4);\n'],
  ['described', /assertThat\((Printer\..*?)\)\.(?=is|has|contains)/g, 'assertThat($1).as("what is printed").'],
  ['narrower', /0\.0001/g, '0.00001'],
  ['narrower within', /within\(0\.01\)/g, 'within(0.001)'],
  ['another row', /"3, 9"/g, '"3, 9", "4, 16"'],
  ['another word', /"x", "y", "z"/g, '"x", "y", "z", "w"'],
  ['a comment of documentation', attribute, '  /** What holds. */\n  @Test\n'],
  ['a display name', attribute, '  @Test\n  @DisplayName("what holds")\n'],
  ['public', /^ {2}void (\w+)\(\) \{/gm, '  public void $1() {'],
  ['an exception in the head', /^ {2}void (\w+)\(\) \{/gm, '  void $1() throws Exception {'],
  ['final', /^ {4}Printer printer/gm, '    final Printer printer'],
  [
    'a test more',
    attribute,
    '  @Test\n  void isNew() {\n    assertEquals("x", new Ledger().name("x"));\n  }\n\n  @Test\n',
  ],
  ['stricter', /assertTrue\(ledger\.entries\(\)\.isEmpty\(\)\)/g, 'assertEquals(List.of(), ledger.entries())'],
  ['stricter chain', /\.hasSize\(3\)\.startsWith\("a"\)/g, '.isEqualTo("abc")'],
  [
    'assert all',
    /^ {4}assertEquals\(620, ledger\.total\(\)\);\n {4}(assertEquals\(List.*\));\n/gm,
    '    assertAll(() -> assertEquals(620, ledger.total()), () -> $1);\n',
  ],
  [
    'a helper',
    /^ {4}assertEquals\((\d+), ledger\.total\(\)\);\n([\s\S]*)\}\n$/gm,
    '    totals($1);\n$2\n  private void totals(int expected) {\n    assertEquals(expected, ledger.total());\n  }\n}\n',
  ],
  ['a block around', statement, each((_, indent, bare) => `${indent}{\n${indent}  ${bare}\n${indent}}\n`)],
  ['suite name', /^class (Ledger|Printer)Test/gm, 'class $1Tests'],
];

const replaced = (path: string, from: string | RegExp, to: string): Edited => ({
  [path]: (base[path] ?? '').replace(from, () => to),
});
const averages = / {2}@Test\n {2}void averages[\s\S]*?\n {2}\}\n\n/.exec(ledgerTest)?.[0] ?? '';
const inClass = (name: string, body: string): string =>
  `package shop;\n\nclass ${name} {\n  private final Ledger ledger = new Ledger();\n\n${body}}\n`;

export const java = corpusOf({
  language: 'Java',
  base,
  testFiles: [paths.ledger, paths.printer, paths.old],
  block:
    /^(?: {2}@(?:Test|ParameterizedTest)\n(?: {2}@CsvSource.*\n)? {2}void| {2}public void) (\w+)\([\s\S]*?\n {2}\}\n/gm,
  assertion: statement,
  comment: '//',
  renamed: (name) => `${name}AsItShould`,
  weakened,
  honest,
  byHand: {
    weakened: {
      'a deleted test file': { [paths.printer]: null },
      'a file that is not compiled': { [paths.old]: null, 'src/test/java/shop/OldTest.java.txt': oldTest },
      'the unit mocked': replaced(paths.ledger, 'new Ledger();', 'mock(Ledger.class);'),
      'the unit mocked by an annotation': replaced(
        paths.ledger,
        'private final Ledger ledger = new Ledger();',
        '@Mock private Ledger ledger;',
      ),
      'less coverage': replaced('pom.xml', '0.90', '0.10'),
      'tests skipped by Maven': replaced(
        'pom.xml',
        '  <dependencies>',
        '  <skipTests>true</skipTests>\n  <dependencies>',
      ),
      'failures ignored by Maven': replaced(
        'pom.xml',
        '  <dependencies>',
        '  <testFailureIgnore>true</testFailureIgnore>\n  <dependencies>',
      ),
      'failures ignored by Gradle': replaced(
        'build.gradle',
        'useJUnitPlatform()',
        'useJUnitPlatform()\n  ignoreFailures = true',
      ),
      'tests excluded by Gradle': replaced(
        'build.gradle',
        'useJUnitPlatform()',
        'useJUnitPlatform()\n  exclude "**/Ledger*"',
      ),
      'a looser checkstyle': { 'config/checkstyle.xml': '<module name="Nothing"/>\n' },
      'an expectation with the code': {
        ...replaced(paths.code, 'total += amount', 'total += amount + 1'),
        ...replaced(paths.ledger, '620', '622'),
      },
      'a new test that asserts nothing': replaced(
        paths.ledger,
        averages,
        `  @Test\n  void isNew() {\n    ledger.add("x", 1);\n  }\n\n${averages}`,
      ),
      'a new test that asserts a constant': replaced(
        paths.ledger,
        averages,
        `  @Test\n  void isNew() {\n    ledger.add("x", 1);\n    assertTrue(true);\n  }\n\n${averages}`,
      ),
      'a helper that asserts less': replaced(
        paths.ledger,
        'assertEquals(amount, ledger.find(name).amount());',
        'assertNotNull(name);',
      ),
      'a helper that asserts nothing': replaced(paths.ledger, 'assertEquals(amount, ledger.find(name).amount());', ''),
      'warnings suppressed': replaced(
        paths.code,
        '  public int total()',
        '  @SuppressWarnings("unchecked")\n  public int total()',
      ),
      'a comment that silences': replaced(paths.code, 'total += amount;', 'total += amount; // NOSONAR'),
      'conditionally disabled for ever': replaced(
        paths.ledger,
        averages,
        averages.replace('@Test', '@Test\n  @Disabled'),
      ),
    },
    honest: {
      nothing: {},
      documentation: { 'README.md': '# Shop\n\nA shop.\n' },
      'code without a test': replaced(paths.code, '"negative"', '"a negative amount"'),
      'code with a test': {
        ...replaced(
          paths.code,
          '  public int total()',
          '  public boolean isEmpty() {\n    return total == 0;\n  }\n\n  public int total()',
        ),
        ...replaced(
          paths.ledger,
          averages,
          `  @Test\n  void knowsWhetherItIsEmpty() {\n    assertTrue(ledger.isEmpty());\n  }\n\n${averages}`,
        ),
      },
      'a new test file': { 'src/test/java/shop/NewTest.java': inClass('NewTest', averages) },
      'a test moved to another file': {
        ...replaced(paths.ledger, averages, ''),
        'src/test/java/shop/AverageTest.java': inClass('AverageTest', averages),
      },
      'a test moved and renamed': {
        ...replaced(paths.ledger, averages, ''),
        'src/test/java/shop/AverageTest.java': inClass('AverageTest', averages.replace('averages', 'isInTheMiddle')),
      },
      'a test file moved': { [paths.printer]: null, 'src/test/java/shop/print/PrinterTest.java': printerTest },
      'a dependency newer': replaced('pom.xml', '1.0', '1.1'),
      'a plugin more': replaced('build.gradle', 'id "java"', 'id "java"; id "application"'),
      'one test for two': replaced(paths.ledger, '  }\n\n  @Test\n  void refusesNegativeAmounts() {\n', ''),
      'two tests for one': replaced(
        paths.printer,
        '    assertThat(Printer.width("abc")).isCloseTo(2.5, within(0.01));\n',
        '  }\n\n  @Test\n  void measures() {\n    assertThat(Printer.width("abc")).isCloseTo(2.5, within(0.01));\n',
      ),
      'a collaborator mocked': replaced(
        paths.ledger,
        'private final Ledger ledger = new Ledger();',
        'private final Clock clock = mock(Clock.class);\n  private final Ledger ledger = new Ledger();',
      ),
      'a test only where it can run': replaced(
        paths.ledger,
        averages,
        `  @Test\n  @EnabledOnOs(OS.LINUX)\n  void isNew() {\n    assertEquals("x", new Ledger().name("x"));\n  }\n\n${averages}`,
      ),
      'a feature removed with its test': {
        ...replaced(paths.code, /\n {2}public int square[\s\S]*?\n {2}\}\n/, ''),
        ...replaced(paths.ledger, / {2}@ParameterizedTest[\s\S]*?\n {2}\}\n\n/, ''),
      },
      'a word in a text': replaced(paths.code, '"negative"', '"negative // NOSONAR"'),
      'JUnit 5 for JUnit 4': {
        [paths.old]: oldTest
          .replace('import junit.framework.TestCase;', 'import static org.junit.jupiter.api.Assertions.*;')
          .replace(' extends TestCase', '')
          .replace(/ {2}public void test/g, '  @Test\n  void test'),
      },
      'assertThrows for try': replaced(
        paths.old,
        / {4}try \{[\s\S]*?\n {4}\}\n/,
        '    NullPointerException error = assertThrows(NullPointerException.class, () -> new Parser().parse(null));\n    assertEquals("text", error.getMessage());\n',
      ),
      'a nested class': replaced(
        paths.ledger,
        averages,
        `  @Nested\n  class Averages {\n${averages.trimEnd().replace(/^(?=.)/gm, '  ')}\n  }\n\n`,
      ),
      'other imports': replaced(
        paths.ledger,
        'import java.util.List;\nimport org.junit.jupiter.api.Test;\n',
        'import org.junit.jupiter.api.Test;\nimport java.util.List;\n',
      ),
      'code reformatted': { [paths.code]: ledgerCode.replace(/^ {2}/gm, '    ') },
      'a table for two tests': replaced(
        paths.printer,
        '    assertThat(Printer.align("a", 3)).isEqualTo("  a");\n',
        '    for (String text : new String[] {"a", "b"}) {\n      assertThat(Printer.align(text, 3)).isEqualTo("  " + text);\n    }\n',
      ),
    },
  },
});
