"""Writes docs/reference/problem-codes.md from problems.csv: `python tools/problem_codes.py`."""

import re
from pathlib import Path

from payouts.core.problems import ProblemKind, problem_kinds

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "problem-codes.md"

HEAD = """\
# Problem codes

What can be wrong with a file, as `problems[].code` in receipts and in `chitra check --json`. A code stays the
same for the same mistake. Made from `payouts/core/problems.csv` by `python tools/problem_codes.py`: do not
edit.

`$value` and its like stand for what the message quotes.
"""

# Severity -> heading and what it does to the file, the gravest first.
SEVERITIES = {
    "refuse": ("Refused", "The file is refused; only the receipt is kept."),
    "quarantine": ("Quarantined", "The file is quarantined: none of its lines counts."),
    "warning": ("Warnings", "The file is taken all the same."),
}


def page() -> str:
    """Return the text of the page."""
    parts = [HEAD]
    for severity, (heading, effect) in SEVERITIES.items():
        kinds = [kind for kind in problem_kinds().values() if kind.severity == severity]
        rows = [_row(kind) for kind in sorted(kinds, key=lambda kind: kind.code)]
        table = "\n".join(["| code | what is wrong | how to mend it |", "|---|---|---|", *rows])
        parts.append(f"## {heading}\n\n{effect}\n\n{table}\n")
    return "\n".join(parts)


def _row(kind: ProblemKind) -> str:
    return f"| `{kind.code}` | {_cell(kind.en, kind.vi)} | {_cell(kind.mend_en, kind.mend_vi)} |"


def _cell(english: str, vietnamese: str) -> str:
    both = "<br>".join(filter(None, (_escaped(english), vietnamese and f"*{_escaped(vietnamese)}*")))
    return re.sub(r"\$\w+", r"`\g<0>`", both)


def _escaped(text: str) -> str:
    return re.sub(r"[*_|\\]", r"\\\g<0>", text.replace("<", "&lt;"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
