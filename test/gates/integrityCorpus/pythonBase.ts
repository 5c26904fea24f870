// The small project that the Python corpus changes: pytest and unittest.
export const bankTest = `import pytest
from unittest.mock import Mock

from bank import Account, interest, transfer


@pytest.fixture
def account():
    return Account("anna", 100)


def test_new_account_has_its_balance(account):
    assert account.balance == 100
    assert account.owner == "anna"


def test_deposit_adds(account):
    account.deposit(50)
    assert account.balance == 150
    assert account.history == [("deposit", 50)]


def test_withdraw_takes(account):
    account.withdraw(30)
    assert account.balance == 70
    assert len(account.history) == 1


def test_withdraw_refuses_too_much(account):
    with pytest.raises(ValueError, match="balance"):
        account.withdraw(1000)
    assert account.balance == 100


@pytest.mark.parametrize(
    "amount, expected",
    [
        (100, 1.5),
        (200, 3.0),
        (0, 0.0),
    ],
)
def test_interest_of_amounts(amount, expected):
    assert interest(amount, 0.015) == pytest.approx(expected, rel=1e-6)


def test_interest_stays_small():
    assert abs(interest(10, 0.1) - 1.0) < 1e-9
    assert interest(10, 0.1) > 0.9


def test_transfer_tells_the_log(account):
    log = Mock()
    other = Account("ben", 0)
    transfer(account, other, 25, log)
    assert other.balance == 25
    log.write.assert_called_once_with("anna", "ben", 25)


class TestHistory:
    def test_is_empty_at_first(self, account):
        assert account.history == []

    def test_keeps_order(self, account):
        account.deposit(1)
        account.withdraw(1)
        assert [kind for kind, _ in account.history] == ["deposit", "withdraw"]
        assert account.history[0] == ("deposit", 1)
`;

export const slugTest = `import unittest

from text import slug, title


class SlugTest(unittest.TestCase):
    def setUp(self):
        self.text = "Hello World"

    def test_lowers_and_joins(self):
        self.assertEqual(slug(self.text), "hello-world")
        self.assertEqual(len(slug(self.text)), 11)

    def test_keeps_digits(self):
        self.assertEqual(slug("Area 51"), "area-51")
        self.assertIn("51", slug("Area 51"))

    def test_refuses_nothing(self):
        with self.assertRaises(ValueError):
            slug("")
        self.assertRaisesRegex(TypeError, "text", slug, 3)

    def test_title(self):
        self.assertEqual(title("a b"), "A B")
        self.assertTrue(title("a b").startswith("A"))
        self.assertIsNone(title(None))

    def test_weights(self):
        self.assertAlmostEqual(slug.weight("abc"), 0.3333, places=4)
        self.assertGreater(slug.weight("abc"), 0.3)
        self.assertListEqual(slug.parts("a b"), ["a", "b"])


if __name__ == "__main__":
    unittest.main()
`;

export const bankCode = `class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance
        self.history = []

    def deposit(self, amount):
        self.balance += amount
        self.history.append(("deposit", amount))

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("more than the balance")
        self.balance -= amount
        self.history.append(("withdraw", amount))


def interest(amount, rate):
    return amount * rate


def transfer(source, target, amount, log):
    source.withdraw(amount)
    target.deposit(amount)
    log.write(source.owner, target.owner, amount)
`;

export const pyproject = `[project]
name = "bank"
dependencies = ["requests>=2"]

[tool.pytest.ini_options]
addopts = "--strict-markers"

[tool.coverage.report]
fail_under = 90

[tool.mypy]
strict = true

[tool.ruff.lint]
select = ["E", "F", "B"]
`;

export const base = {
  'bank.py': bankCode,
  'tests/test_bank.py': bankTest,
  'text.py':
    'def slug(text):\n    return text.lower().replace(" ", "-")\n\n\ndef title(text):\n    return text.title()\n',
  'tests/test_slug.py': slugTest,
  'pyproject.toml': pyproject,
  'setup.cfg': '[metadata]\nname = bank\n\n[flake8]\nmax-line-length = 100\n\n[tool:pytest]\nxfail_strict = true\n',
  'tox.ini': '[tox]\nenvlist = py312\n',
  Makefile: 'build:\n\tpython -m build\n\ntest:\n\tpytest -q\n\tmypy .\n',
  'README.md': '# Bank\n',
};
