// The small project that the Java corpus changes: JUnit 5 with its own assertions, AssertJ, and an old JUnit 4 test.
export const ledgerTest = `package shop;

import static org.junit.jupiter.api.Assertions.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerTest {
  private final Ledger ledger = new Ledger();

  @Test
  void startsEmpty() {
    assertEquals(0, ledger.total());
    assertTrue(ledger.entries().isEmpty());
  }

  @Test
  void addsEntries() {
    ledger.add("rent", 500);
    ledger.add("food", 120);
    assertEquals(620, ledger.total());
    assertEquals(List.of("rent", "food"), ledger.names());
  }

  @Test
  void refusesNegativeAmounts() {
    assertThrows(IllegalArgumentException.class, () -> ledger.add("debt", -1));
    assertEquals(0, ledger.total());
  }

  @Test
  void averages() {
    ledger.add("a", 1);
    ledger.add("b", 2);
    assertEquals(1.5, ledger.average(), 0.0001);
    assertTrue(ledger.average() > 1.4);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 4", "3, 9"})
  void squares(int side, int area) {
    assertEquals(area, ledger.square(side));
  }

  @Test
  void findsByName() {
    ledger.add("rent", 500);
    assertEntry("rent", 500);
    assertNull(ledger.find("none"));
    assertNotNull(ledger.find("rent"));
  }

  private void assertEntry(String name, int amount) {
    assertEquals(amount, ledger.find(name).amount());
  }
}
`;

export const printerTest = `package shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import org.junit.jupiter.api.Test;

class PrinterTest {
  private final Paper paper = mock(Paper.class);

  @Test
  void printsTheSum() {
    Printer printer = new Printer(paper);
    printer.print(new Ledger());
    verify(paper).line("0.00");
    assertThat(printer.lines()).isEqualTo(1);
  }

  @Test
  void aligns() {
    assertThat(Printer.align("a", 3)).isEqualTo("  a");
    assertThat(Printer.align("abc", 3)).hasSize(3).startsWith("a");
    assertThat(Printer.width("abc")).isCloseTo(2.5, within(0.01));
  }

  @Test
  void lists() {
    assertThat(Printer.words("a b")).containsExactly("a", "b");
    assertThat(Printer.words("")).isEmpty();
    for (String word : new String[] {"x", "y", "z"}) {
      assertThat(Printer.words(word)).containsExactly(word);
    }
  }
}
`;

export const oldTest = `package shop;

import junit.framework.TestCase;

public class OldTest extends TestCase {
  public void testParses() {
    Parser parser = new Parser();
    assertEquals("a", parser.parse("a").name());
    assertEquals(2, parser.parse("a b").size());
  }

  public void testRefuses() {
    try {
      new Parser().parse(null);
      fail("nothing was refused");
    } catch (NullPointerException expected) {
      assertEquals("text", expected.getMessage());
    }
  }
}
`;

export const ledgerCode = `package shop;

public class Ledger {
  private int total;

  public void add(String name, int amount) {
    if (amount < 0) throw new IllegalArgumentException("negative");
    total += amount;
  }

  public int total() {
    return total;
  }

  public int square(int side) {
    return side * side;
  }
}
`;

const test = (name: string): string => `src/test/java/shop/${name}.java`;
export const paths = {
  ledger: test('LedgerTest'),
  printer: test('PrinterTest'),
  old: test('OldTest'),
  code: 'src/main/java/shop/Ledger.java',
};

export const base: Readonly<Record<string, string>> = {
  [paths.code]: ledgerCode,
  [paths.ledger]: ledgerTest,
  [paths.printer]: printerTest,
  [paths.old]: oldTest,
  'pom.xml':
    '<project>\n  <dependencies>\n    <version>1.0</version>\n  </dependencies>\n  <rule>\n    <minimum>0.90</minimum>\n  </rule>\n</project>\n',
  'build.gradle': 'plugins { id "java" }\ntest {\n  useJUnitPlatform()\n}\n',
  'config/checkstyle.xml': '<module name="Checker"/>\n',
  'README.md': '# Shop\n',
};
