"""What a rule forbids is said in both languages."""

import ast
from pathlib import Path

import payouts
from payouts.core import errors
from payouts.core.errors import NotFoundError, refusals_in_english

ROOT = Path(payouts.__file__).parent
RAISED = {name for name in dir(errors) if name.endswith("Error")}
# `chitra match` and `chitra check` say these in the language asked for.
SAID_AS_MADE = {"file_given_twice", "file_quarantined", "file_refused", "warnings"}


def codes() -> set[str]:
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
                if name in RAISED or name == "__init__":  # a kind of its own names its code itself
                    found.add(node.args[0].value)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code_of_kind":
                found.add(getattr(node.value, "value", None))
    return {code for code in found if isinstance(code, str)}


def test_every_refusal_has_its_english() -> None:
    raised = codes() - SAID_AS_MADE
    assert "no_such_case" in raised
    assert "database_busy" in raised
    assert raised - set(refusals_in_english()) == set()
    assert set(refusals_in_english()) - raised == set()


def test_a_refusal_speaks_vietnamese_with_values_and_plain_english() -> None:
    refusal = NotFoundError("no_such_case", "Không có việc số 7 trong phạm vi của bạn.")
    assert refusal.said() == "Không có việc số 7 trong phạm vi của bạn."
    assert refusal.said("en").startswith("There is no such case")
    assert NotFoundError("new_rule", "Quy tắc mới.").said("en") == "Quy tắc mới."
