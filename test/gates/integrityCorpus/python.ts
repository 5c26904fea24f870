// Changes to the Python project. Every one of the first kind lets wrong code pass that the base's tests would have caught.
import { corpusOf, type Edited, type Mutator } from './corpus.ts';
import { bankCode, bankTest, base, pyproject, slugTest } from './pythonBase.ts';

const statement = /^ *(?:assert |self\.assert\w+\(|log\.write\.assert_)(?:.*)\n/gm;
const each = (make: (line: string, indent: string, bare: string) => string) => (line: string) =>
  make(line, /^ */.exec(line)?.[0] ?? '', line.trim());
const test = /^( *)def (test_\w+)\(/gm;

const weakened: Mutator[] = [
  ['skip mark', test, '$1@pytest.mark.skip(reason="later")\n$1def $2('],
  ['skipif true', test, '$1@pytest.mark.skipif(True, reason="later")\n$1def $2('],
  ['xfail mark', test, '$1@pytest.mark.xfail\n$1def $2('],
  ['unittest skip', test, '$1@unittest.skip("later")\n$1def $2('],
  ['expected failure', test, '$1@unittest.expectedFailure\n$1def $2('],
  ['skip inside', /^( *)def test_\w+\(.*\):\n/gm, (whole, indent) => `${whole}${indent}    pytest.skip("later")\n`],
  [
    'skipTest inside',
    /^( *)def test_\w+\(self.*\):\n/gm,
    (whole, indent) => `${whole}${indent}    self.skipTest("later")\n`,
  ],
  ['not a test any more', test, '$1def check_$2('],
  ['hidden test', test, '$1def _$2('],
  ['class not collected', /class Test\w+/g, 'class Old'],
  ['returned at once', /^( *)def test_\w+\(.*\):\n/gm, (whole, indent) => `${whole}${indent}    return\n`],
  ['emptied', /^( *)(def test_\w+\(.*\):\n)(?:\1 {4}.*\n)+/gm, '$1$2$1    pass\n'],
  ['truth of equality', /assert (.+) == .+$/gm, 'assert $1'],
  ['not none', /assert (.+) == .+$/gm, 'assert $1 is not None'],
  ['not equal', /assert (.+) == .+$/gm, 'assert $1 != object()'],
  ['or true', /assert (.+ == .+)$/gm, 'assert $1 or True'],
  ['a tuple', /assert (.+ == .+)$/gm, 'assert ($1, "message")'],
  ['itself', /assert ([\w.]+(?:\([^()]*\))?) == .+$/gm, 'assert $1 == $1'],
  ['instance', /assert (.+) == .+$/gm, 'assert isinstance($1, object)'],
  ['wider rel', /rel=1e-6/g, 'rel=0.5'],
  ['absolute instead', /rel=1e-6/g, 'abs=100'],
  ['wider bound', /< 1e-9/g, '< 10'],
  ['lower bound', /> 0\.9/g, '> -5'],
  ['fewer rows', /^ {8}\(\d+, [\d.]+\),\n/gm, ''],
  ['any error', /pytest\.raises\(ValueError, match="balance"\)/g, 'pytest.raises(Exception)'],
  ['no message', /, match="balance"/g, ''],
  ['any error of unittest', /assertRaises\(ValueError\)/g, 'assertRaises(Exception)'],
  [
    'no message of unittest',
    /self\.assertRaisesRegex\(TypeError, "text", slug, 3\)/g,
    'self.assertRaises(TypeError, slug, 3)',
  ],
  ['called somehow', /\.assert_called_once_with\(.*\)/g, '.assert_called()'],
  ['called once', /\.assert_called_once_with\(.*\)/g, '.assert_called_once()'],
  ['true of equal', /self\.assert(?:Equal|ListEqual)\((.+?), .+\)$/gm, 'self.assertTrue($1)'],
  ['not none of equal', /self\.assert(?:Equal|ListEqual)\((.+?), .+\)$/gm, 'self.assertIsNotNone($1)'],
  ['itself of unittest', /self\.assertEqual\((.+), .+\)$/gm, 'self.assertEqual($1, $1)'],
  ['fewer places', /places=4/g, 'places=0'],
  ['delta', /places=4/g, 'delta=5'],
  ['constant', statement, each((_, indent) => `${indent}assert True\n`)],
  ['constant of unittest', statement, each((_, indent) => `${indent}self.assertTrue(True)\n`)],
  ['if false', statement, each((_, indent, bare) => `${indent}if False:\n${indent}    ${bare}\n`)],
  [
    'caught',
    statement,
    each(
      (_, indent, bare) => `${indent}try:\n${indent}    ${bare}\n${indent}except AssertionError:\n${indent}    pass\n`,
    ),
  ],
  [
    'caught broadly',
    statement,
    each(
      (_, indent, bare) =>
        `${indent}try:\n${indent}    ${bare}\n${indent}except Exception as error:\n${indent}    print(error)\n`,
    ),
  ],
  [
    'suppressed',
    statement,
    each((_, indent, bare) => `${indent}with contextlib.suppress(AssertionError):\n${indent}    ${bare}\n`),
  ],
  ['never called', statement, each((_, indent, bare) => `${indent}def later():\n${indent}    ${bare}\n`)],
  ['returned before', statement, each((line, indent) => `${indent}return\n${line}`)],
  ['in an empty loop', statement, each((_, indent, bare) => `${indent}for _ in []:\n${indent}    ${bare}\n`)],
  ['another number', /== (\d+)$/gm, (_, number) => `== ${Number(number) + 1}`],
  ['another text', /"(hello-world|area-51|A B|anna)"(?=\)?$)/gm, '"other"'],
  ['another row', /^( {8}\(\d+, )[\d.]+(\),)/gm, '$19.75$2'],
  ['silenced line', /^(from .+)$/gm, '$1  # noqa'],
  ['silenced type', /^(from .+)$/gm, '$1  # type: ignore'],
];

const honest: Mutator[] = [
  ['is for equality with None', /self\.assertIsNone\((.+)\)$/gm, 'assert $1 is None'],
  ['a message', /^( *assert .+ == .+)$/gm, '$1, "as it was given"'],
  ['another variable', /\blog\b[\s\S]*/g, (whole) => whole.replace(/\blog\b/g, 'journal')],
  ['another fixture name', /\baccount\b[\s\S]*/g, (whole) => whole.replace(/\baccount\b/g, 'konto')],
  ['a value with a name', /^( *)assert ([\w.]+\([^()]*\)) (==|>) (.+)\n/gm, '$1actual = $2\n$1assert actual $3 $4\n'],
  [
    'a value with a name of unittest',
    /^( *)self\.assertEqual\((.+), (.+)\)\n/gm,
    '$1actual = $2\n$1self.assertEqual(actual, $3)\n',
  ],
  ['a bare assert', /self\.assertEqual\((.+), (.+)\)$/gm, 'assert $1 == $2'],
  ['the other way round', /self\.assertEqual\((.+), (.+)\)$/gm, 'self.assertEqual($2, $1)'],
  ['single quotes', /"([^"\n]*)"/g, "'$1'"],
  ['brackets', /assert (.+ == .+)$/gm, 'assert ($1)'],
  [
    'several lines',
    /self\.assertEqual\((.+), (.+)\)$/gm,
    'self.assertEqual(\n            $1,\n            $2,\n        )',
  ],
  ['a docstring', /^( *)(def test_\w+\(.*\):\n)/gm, '$1$2$1    """What holds."""\n'],
  ['a type', /^( *)def (test_\w+)\((.*)\):/gm, '$1def $2($3) -> None:'],
  ['a mark', test, '$1@pytest.mark.slow\n$1def $2('],
  ['another row', /^( {8}\(0, 0\.0\),\n)/gm, '$1        (400, 6.0),\n'],
  ['narrower', /rel=1e-6/g, 'rel=1e-9'],
  [
    'a helper',
    /^( *)assert ([\w.]+) == (.+)\n([\s\S]*)/gm,
    '$1is_same($2, $3)\n$4\n\ndef is_same(actual, expected):\n    assert actual == expected\n',
  ],
  [
    'a test more',
    /^( *)def test_is_empty_at_first/gm,
    '$1def test_is_new(self, account):\n$1    assert account.owner.upper() == "ANNA"\n\n$1def test_is_empty_at_first',
  ],
  [
    'more of the error',
    /pytest\.raises\(ValueError, match="balance"\)/g,
    'pytest.raises(ValueError, match="more than the balance")',
  ],
  ['a context manager more', /^( *)(account\.deposit\(50\))$/gm, '$1with quiet():\n$1    $2'],
  ['black', /^(class |def )/gm, '\n$1'],
];

const replaced = (path: keyof typeof base, from: string | RegExp, to: string): Edited => ({
  [path]: base[path].replace(from, () => to),
});
const deposit = /def test_deposit_adds[\s\S]*?\n\n\n/.exec(bankTest)?.[0] ?? '';

export const python = corpusOf({
  language: 'Python',
  base,
  testFiles: ['tests/test_bank.py', 'tests/test_slug.py'],
  block: /^(?:@pytest\.mark[\s\S]*?\n)?(?: {4})?def (test_\w+)\([\s\S]*?(?:\n(?=\n)|$(?![\s\S]))/gm,
  assertion: statement,
  comment: '#',
  renamed: (name) => `${name}_as_it_should`,
  weakened,
  honest,
  byHand: {
    weakened: {
      'a deleted test file': { 'tests/test_slug.py': null },
      'a file that is not collected': { 'tests/test_slug.py': null, 'tests/slug_checks.py': slugTest },
      'a module that is skipped': replaced(
        'tests/test_bank.py',
        '@pytest.fixture',
        'pytestmark = pytest.mark.skip\n\n\n@pytest.fixture',
      ),
      'a module that skips itself': replaced(
        'tests/test_bank.py',
        '@pytest.fixture',
        'pytest.skip("later", allow_module_level=True)\n\n\n@pytest.fixture',
      ),
      'a class that is skipped': replaced(
        'tests/test_bank.py',
        'class TestHistory',
        '@pytest.mark.skip\nclass TestHistory',
      ),
      'a class that says no': replaced(
        'tests/test_bank.py',
        'class TestHistory:\n',
        'class TestHistory:\n    __test__ = False\n\n',
      ),
      'the unit patched': replaced(
        'tests/test_bank.py',
        'def test_interest_stays_small():\n',
        'def test_interest_stays_small(monkeypatch):\n    monkeypatch.setattr("bank.interest", lambda amount, rate: 1.0)\n',
      ),
      'the unit patched by a decorator': replaced(
        'tests/test_bank.py',
        'def test_interest_stays_small():\n',
        '@patch("tests.test_bank.interest", return_value=1.0)\ndef test_interest_stays_small(_):\n',
      ),
      'the unit patched as an object': replaced(
        'tests/test_slug.py',
        '    def test_title(self):\n',
        '    @mock.patch.object(text, "title", lambda value: "A B")\n    def test_title(self):\n',
      ),
      'the unit assigned': replaced(
        'tests/test_slug.py',
        'class SlugTest',
        'import text\n\ntext.title = lambda value: "A B"\n\n\nclass SlugTest',
      ),
      'a class with a constructor': replaced(
        'tests/test_bank.py',
        'class TestHistory:\n',
        'class TestHistory:\n    def __init__(self):\n        self.nothing = None\n\n',
      ),
      'tests under a condition that never holds': replaced(
        'tests/test_bank.py',
        'class TestHistory:\n',
        'if False:\n  class TestHistory:\n',
      ),
      'less coverage': { 'pyproject.toml': pyproject.replace('90', '10') },
      'a looser mypy': { 'pyproject.toml': pyproject.replace('strict = true', 'strict = false') },
      'fewer ruff rules': { 'pyproject.toml': pyproject.replace(', "B"', '') },
      'other pytest options': { 'pyproject.toml': pyproject.replace('--strict-markers', '-k nothing') },
      'setup.cfg of flake8': replaced('setup.cfg', '100', '1000\nignore = E,F'),
      'setup.cfg of pytest': replaced('setup.cfg', 'xfail_strict = true', 'xfail_strict = false'),
      tox: { 'tox.ini': '[tox]\nenvlist =\n' },
      'a conftest that collects nothing': { 'tests/conftest.py': 'collect_ignore_glob = ["*"]\n' },
      'pytest.ini': { 'pytest.ini': '[pytest]\ntestpaths = none\n' },
      'the make target': replaced('Makefile', '\tmypy .\n', ''),
      'the make target that goes on': replaced('Makefile', '\tpytest -q', '\t-pytest -q'),
      'silenced by pylint': { 'bank.py': `# pylint: disable=all\n${bankCode}` },
      'silenced by mypy': { 'bank.py': `# mypy: ignore-errors\n${bankCode}` },
      'not covered': {
        'bank.py': bankCode.replace('def interest(amount, rate):', 'def interest(amount, rate):  # pragma: no cover'),
      },
      'an expectation with the code': {
        ...replaced('bank.py', 'self.balance += amount', 'self.balance += amount + 1'),
        ...replaced('tests/test_bank.py', '== 150', '== 151'),
      },
      'a new test that asserts nothing': replaced(
        'tests/test_bank.py',
        'class TestHistory',
        'def test_new(account):\n    account.deposit(1)\n\n\nclass TestHistory',
      ),
      'a new test that asserts a constant': replaced(
        'tests/test_bank.py',
        'class TestHistory',
        'def test_new(account):\n    account.deposit(1)\n    assert 1 == 1\n\n\nclass TestHistory',
      ),
      'a helper that asserts less': {
        'tests/test_bank.py': `${bankTest.replace('assert account.balance == 150', 'same(account.balance, 150)')}\n\ndef same(a, b):\n    assert a\n`,
      },
    },
    honest: {
      nothing: {},
      documentation: { 'README.md': '# Bank\n\nA bank.\n' },
      'code without a test': replaced('bank.py', 'more than the balance', 'more than the balance allows'),
      'code with a test': {
        ...replaced('bank.py', /$/, '\n\ndef fee(amount):\n    return amount * 0.01\n'),
        ...replaced(
          'tests/test_bank.py',
          'class TestHistory',
          'def test_fee():\n    assert fee(100) == 1\n\n\nclass TestHistory',
        ),
      },
      'a new test file': {
        'tests/test_new.py': 'from bank import interest\n\n\ndef test_none():\n    assert interest(0, 1) == 0\n',
      },
      'a test moved to another file': {
        ...replaced('tests/test_bank.py', deposit, ''),
        'tests/test_deposit.py': `from bank import Account\n\n\n${deposit}`,
      },
      'a test moved and renamed': {
        ...replaced('tests/test_bank.py', deposit, ''),
        'tests/test_deposit.py': `from bank import Account\n\n\n${deposit.replace('test_deposit_adds', 'test_puts_in')}`,
      },
      'a test file moved': { 'tests/test_slug.py': null, 'tests/unit/test_slug.py': slugTest },
      'a dependency newer': { 'pyproject.toml': pyproject.replace('requests>=2', 'requests>=2.31') },
      'a make target more': replaced('Makefile', 'build:', 'docs:\n\tsphinx-build docs out\n\nbuild:'),
      'one test for two': replaced('tests/test_bank.py', /\n\n\ndef test_withdraw_takes\(account\):/, ''),
      'two tests for one': replaced(
        'tests/test_bank.py',
        '    assert account.history == [("deposit", 50)]\n',
        '\n\ndef test_deposit_is_written_down(account):\n    account.deposit(50)\n    assert account.history == [("deposit", 50)]\n',
      ),
      'a table for two tests': replaced(
        'tests/test_slug.py',
        / {4}def test_lowers_and_joins[\s\S]*?(?= {4}def test_refuses)/,
        '    def test_slugs(self):\n        for text, expected, part in [("Hello World", "hello-world", "hello"), ("Area 51", "area-51", "51")]:\n            with self.subTest(text):\n                self.assertEqual(slug(text), expected)\n                self.assertIn(part, slug(text))\n',
      ),
      'one test for rows': replaced(
        'tests/test_slug.py',
        / {4}def test_keeps_digits[\s\S]*?(?= {4}def test_refuses)/,
        '    @parameterized.expand([("Area 51", "51"), ("Route 66", "66")])\n    def test_keeps_digits(self, text, part):\n        self.assertIn(part, slug(text))\n        self.assertEqual(slug(text), text.lower())\n\n',
      ),
      'pytest for unittest': {
        'tests/test_slug.py': slugTest
          .replace('(unittest.TestCase)', '')
          .replace('SlugTest', 'TestSlug')
          .replace(/self\.assertEqual\((.+), (.+)\)$/gm, 'assert $1 == $2')
          .replace('setUp', 'setup_method'),
      },
      'a collaborator patched': replaced(
        'tests/test_bank.py',
        'def test_deposit_adds(account):\n',
        'def test_deposit_adds(account, monkeypatch):\n    monkeypatch.setattr("bank.clock.now", lambda: 0)\n',
      ),
      'a skip where it cannot run': replaced(
        'tests/test_bank.py',
        'class TestHistory',
        '@pytest.mark.skipif(sys.platform == "win32", reason="no files")\ndef test_file(account):\n    assert account.owner == "anna"\n\n\nclass TestHistory',
      ),
      'a feature removed with its test': {
        'bank.py': bankCode.replace(/\ndef transfer[\s\S]*/, ''),
        'tests/test_bank.py': bankTest
          .replace(/def test_transfer[\s\S]*?\n\n\n/, '')
          .replace('interest, transfer', 'interest'),
      },
      'a word in a text': replaced('bank.py', 'more than the balance', 'more # noqa'),
      'an error that is kept': replaced(
        'tests/test_bank.py',
        '    with pytest.raises(ValueError, match="balance"):\n        account.withdraw(1000)\n',
        '    with pytest.raises(ValueError) as caught:\n        account.withdraw(1000)\n    assert "balance" in str(caught.value)\n',
      ),
      'a class for functions': {
        'tests/test_bank.py': bankTest.replace(
          /(def test_deposit_adds[\s\S]*?\n)\n\n(?=def test_withdraw_refuses)/,
          (_, tests: string) =>
            `class TestMoney:\n${tests.replace(/^(?=.)/gm, '    ').replace(/\(account\)/g, '(self, account)')}\n\n`,
        ),
      },
      'other imports': replaced(
        'tests/test_bank.py',
        'import pytest\nfrom unittest.mock import Mock\n',
        'from unittest.mock import Mock\n\nimport pytest\n',
      ),
      'formatted on one line': replaced(
        'tests/test_bank.py',
        /\[\n {8}\(100, 1\.5\),\n {8}\(200, 3\.0\),\n {8}\(0, 0\.0\),\n {4}\],/,
        '[(100, 1.5), (200, 3.0), (0, 0.0)],',
      ),
      'code reformatted': { 'bank.py': bankCode.replace(/"/g, "'") },
    },
  },
});
