// Runners of Python on real projects: pytest and unittest, each against what it prints by itself.
import { describeRunner, isThere, type Statuses } from '../helpers/runnerCases.ts';

/** Words of pytest's own list, `tests/test_a.py::TestMore::test_x[1] PASSED`; of several for one test a bad one counts. */
function pytestList(text: string): Statuses {
  const statuses: Record<string, 'passed' | 'failed' | 'skipped'> = {};
  for (const [, id = '', word = ''] of text.matchAll(/^(\S+\.py::.+?) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b/gm)) {
    // What stands in brackets is a parameter, whatever is in it.
    const [path = '', ...parameter] = id.split(/(?=\[)/);
    const name = `${path.split('::').slice(1).join(' > ')}${parameter.join('')}`;
    const isBad = word === 'FAILED' || word === 'ERROR' || statuses[name] === 'failed';
    statuses[name] = isBad ? 'failed' : word === 'PASSED' || word === 'XPASS' ? 'passed' : 'skipped';
  }
  return statuses;
}

const seen =
  'import os\n\ndef first():\n    if os.path.exists("seen"):\n        return False\n    open("seen", "w").close()\n    return True\n\n';

describeRunner('pytest', {
  runner: 'pytest',
  missing: !isThere('python3', '-m', 'pytest', '--version') && 'Python with pytest is not installed',
  common: { 'pytest.ini': '[pytest]\naddopts = -p no:cacheprovider\n' },
  mixed: {
    'tests/test_sums.py': `import pytest

def test_good():
    assert 1 == 1

def test_bad():
    assert 1 == 2, "too large"

@pytest.mark.skip(reason="later")
def test_later():
    pass

@pytest.mark.xfail(reason="known")
def test_known():
    assert False

@pytest.mark.xfail(reason="known")
def test_healed():
    pass

@pytest.mark.xfail(reason="known", strict=True)
def test_strictly():
    pass

@pytest.fixture
def broken():
    raise RuntimeError("no set-up")

def test_unready(broken):
    pass

@pytest.fixture
def untidy():
    yield
    raise RuntimeError("no tear-down")

def test_untidy(untidy):
    pass

class TestMore:
    @pytest.mark.parametrize("n", [1, 2, "a b", "x::y"])
    def test_small(self, n):
        assert n != 2

    class TestDeep:
        def test_inner(self):
            pytest.skip("not here")
`,
    'tests/test_again.py': 'def test_again():\n    raise ValueError("é")\n',
  },
  part: { file: 'tests/test_again.py', names: ['test_again'] },
  failed: { name: 'test_bad', file: 'tests/test_sums.py', line: 6, message: 'too large' },
  broken: { 'test_a.py': 'def test_good():\n    pass\n', 'test_b.py': 'import no_such_module\n' },
  brokenBy: 'no_such_module',
  own: (run) => pytestList(run('python3', '-m', 'pytest', '-v', '--no-header', '--color=no')),
  crash: { 'test_a.py': 'import os\n\ndef test_good():\n    pass\n\ndef test_ends():\n    os._exit(0)\n' },
  hang: { 'test_a.py': 'def test_good():\n    pass\n\ndef test_hangs():\n    while True:\n        pass\n' },
  flaky: {
    'test_a.py': `${seen}def test_steady():\n    pass\n\ndef test_flips():\n    assert not first()\n`,
    'test_b.py': 'def test_other():\n    pass\n',
  },
  none: { 'test_a.py': 'x = 1\n' },
  ofNone: 'unproven',
});

/** `test_good (test_sums.Sums.test_good) ... ok`; a failing part of a test has a line of its own. */
function unittestList(text: string): Statuses {
  const statuses: Record<string, 'passed' | 'failed' | 'skipped'> = {};
  const line = /^ *(\w+) \(([\w.]+)\).*?(ok|FAIL|ERROR|skipped .*|expected failure|unexpected success)$/gm;
  for (const [, method = '', place = '', word = ''] of text.matchAll(line)) {
    // Since Python 3.11 the place ends in the method as well.
    const name = `${place.replace(`.${method}`, '').split('.').at(-1)} > ${method}`;
    const isBad = /^(?:FAIL|ERROR|unexpected)/.test(word) || statuses[name] === 'failed';
    statuses[name] = isBad ? 'failed' : word === 'ok' ? 'passed' : 'skipped';
  }
  return statuses;
}

const suite =
  'import unittest\n\nclass Sums(unittest.TestCase):\n    def test_good(self):\n        self.assertEqual(1, 1)\n';

describeRunner('unittest', {
  runner: 'unittest',
  missing: !isThere('python3', '--version') && 'Python is not installed',
  mixed: {
    'tests/test_sums.py': `${suite}
    def test_bad(self):
        self.assertEqual(1, 2)

    def test_error(self):
        raise ValueError("é")

    @unittest.skip("later")
    def test_later(self):
        pass

    def test_not_here(self):
        self.skipTest("not here")

    @unittest.expectedFailure
    def test_known(self):
        self.fail()

    @unittest.expectedFailure
    def test_healed(self):
        pass

    def test_parts(self):
        for n in (1, 2, 3):
            with self.subTest(n=n):
                self.assertNotEqual(n, 2)

class Unready(unittest.TestCase):
    def setUp(self):
        raise RuntimeError("no set-up")

    def test_unready(self):
        pass

class Untidy(unittest.TestCase):
    def tearDown(self):
        raise RuntimeError("no tear-down")

    def test_untidy(self):
        pass
`,
  },
  failed: { name: 'Sums > test_bad', file: 'tests/test_sums.py', line: 7, message: '1 != 2' },
  broken: { 'test_a.py': suite, 'test_b.py': 'import unittest\nimport no_such_module\n' },
  brokenBy: 'no_such_module',
  own: (run) => unittestList(run('python3', '-m', 'unittest', 'discover', '-s', 'tests', '-v')),
  crash: { 'test_a.py': `${suite}    def test_zends(self):\n        import os\n        os._exit(0)\n` },
  hang: { 'test_a.py': `${suite}    def test_hangs(self):\n        while True:\n            pass\n` },
  flaky: {
    'test_a.py': `${seen}${suite}    def test_flips(self):\n        self.assertFalse(first())\n`,
  },
  none: { 'test_a.py': 'import unittest\n' },
  ofNone: 'unproven',
});
