"""Asks hostile questions of a million lines, and shows what is answered, in which time and memory.

python benchmarks/bounds.py --lines 1000000
"""

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation import reconcile

DAY = dt.date(2026, 11, 5)
LATER = dt.date(2026, 11, 9)
AMOUNT = 500_000
A_THOUSAND = 1_000
Sides = tuple[pa.Table, pa.Table]


def owed(count: int, **columns: object) -> pa.Table:
    """Payout lines on one account unless a column says otherwise; a single value stands in every row."""
    usual = {
        "line_ref": _numbered("L", count),
        "account_no": "0011",
        "amount": AMOUNT,
        "channel": "account",
        "cycle": "2026-11",
    }
    return _table(usual | columns, count)


def told(count: int, **columns: object) -> pa.Table:
    """Settled lines of one bank to one account unless a column says otherwise."""
    usual = {
        "file": "bank.csv",
        "line": np.arange(2, count + 2),
        "sender": "VBA",
        "bank_ref": _numbered("FT", count),
        "account_no": "0011",
        "amount": AMOUNT,
        "status": "settled",
        "booked_on": DAY,
    }
    return _table(usual | columns, count)


def back(count: int, **columns: object) -> pa.Table:
    """Returns of a later day."""
    usual = {"file": "back.csv", "bank_ref": _numbered("R", count), "status": "returned", "booked_on": LATER}
    return told(count, **usual | columns)


def both(*tables: pa.Table) -> pa.Table:
    """Tables below each other, whatever columns they have."""
    return pa.concat_tables(tables, promote_options="default")


def _numbered(word: str, count: int) -> pa.Array:
    return pc.binary_join_element_wise(word, pc.cast(pa.array(np.arange(count)), pa.string()), "")


def _table(columns: dict[str, object], count: int) -> pa.Table:
    known = {name: value for name, value in columns.items() if value is not None}
    return pa.table({
        name: value if isinstance(value, pa.Array | np.ndarray) else pa.repeat(pa.scalar(value), count)
        for name, value in known.items()
    })  # fmt: skip


def _own(count: int, each: int = 1) -> pa.Array:
    """Accounts: one of its own for each so many lines."""
    return _numbered("01", count // each + 1).take(pa.array(np.arange(count) // each))


def _text(refs: int, letters: int) -> str:
    words = " ".join(f"L{number}" for number in range(refs))
    return words + " x" * ((letters - len(words)) // 2)


# What is asked, by how many lines -> the two sides.
QUESTIONS: dict[str, Callable[[int], Sides]] = {
    "no payout lines": lambda n: (owed(0), told(n)),
    "no settlement lines": lambda n: (owed(n, account_no=_own(n)), told(0)),
    "one account, one payout line": lambda n: (owed(1), told(n)),
    "one account, a thousand payout lines": lambda n: (owed(A_THOUSAND), told(n)),
    "one account, a thousand amounts": lambda n: (
        owed(A_THOUSAND, amount=np.arange(A_THOUSAND) + AMOUNT),
        told(n, amount=np.arange(n) % A_THOUSAND * 7 + AMOUNT),
    ),
    "one account, a thousand lines paid by reference": lambda n: (
        owed(A_THOUSAND),
        both(
            told(A_THOUSAND, end_to_end_id=_numbered("L", A_THOUSAND)),
            told(n, file="more.csv", bank_ref=_numbered("M", n)),
        ),
    ),
    "one account, equal numbers": lambda n: (owed(n // 10), told(n // 10)),
    "all ambiguous": lambda n: (owed(n // 10), told(n // 10 - 1)),
    "one reference": lambda n: (owed(1), told(n, end_to_end_id="L0")),
    "one reference, more than it is owed": lambda n: (
        owed(15, amount=np.arange(15) + AMOUNT),
        told(n, end_to_end_id="L0", amount=np.arange(n) + AMOUNT),
    ),
    "one bank reference, many people": lambda n: (
        owed(n, account_no=_own(n)),
        told(n, bank_ref="BATCH", account_no=_own(n)),
    ),
    "one bank reference, no account": lambda n: (
        owed(n, account_no=_own(n)),
        told(n, bank_ref="BATCH", account_no="", end_to_end_id=_numbered("L", n)),
    ),
    "one bank reference, one movement": lambda n: (owed(1), told(n, bank_ref="BATCH")),
    "one person": lambda n: (
        owed(A_THOUSAND, account_no=_own(A_THOUSAND), citizen_id="001145012345"),
        told(n, account_no="", citizen_id="001145012345"),
    ),
    "one person in the text": lambda n: (
        owed(A_THOUSAND, account_no=_own(A_THOUSAND), citizen_id="001145012345"),
        told(n, account_no="", remittance_info="CCCD 001145012345"),
    ),
    "one person in cash": lambda n: (
        owed(A_THOUSAND, account_no=None, citizen_id="001145012345", channel="cash"),
        told(n, account_no="", citizen_id="001145012345", cash=True, amount=AMOUNT + 1),
    ),
    "one name": lambda n: (
        owed(n // 10, account_no=_own(n // 10), full_name="Nguyễn Thị Hoa"),
        told(n // 10, account_no=_numbered("02", n // 10), account_name="NGUYEN THI HOA"),
    ),
    "returns of one movement by its bank reference": lambda n: (
        owed(1),
        both(told(1), back(n, original_ref="FT0")),
    ),
    "returns of one movement by its reference": lambda n: (
        owed(1),
        both(told(1, end_to_end_id="L0"), back(n, end_to_end_id="L0")),
    ),
    "returns of one movement by account": lambda n: (owed(1), both(told(1), back(n))),
    "returns of nothing": lambda n: (owed(1), back(n, original_ref="FT0")),
    "returns of a batch, each by its account": lambda n: (
        owed(n // 2, account_no=_own(n // 2)),
        both(
            told(n // 2, bank_ref="BATCH", account_no=_own(n // 2)),
            back(n // 100, original_ref="BATCH", account_no=_own(n // 100)),
        ),
    ),
    "returns of a batch, nobody named": lambda n: (
        owed(n // 2, account_no=_own(n // 2)),
        both(
            told(n // 2, bank_ref="BATCH", account_no=_own(n // 2)),
            back(n // 100, original_ref="BATCH", account_no=""),
        ),
    ),
    "returns and movements of one account": lambda n: (owed(n // 10), both(told(n // 10), back(n // 10))),
    "returns and movements of one reference": lambda n: (
        owed(1),
        both(told(n // 10, end_to_end_id="L0"), back(n // 10, end_to_end_id="L0")),
    ),
    "a text of 10 MB": lambda n: (
        owed(n // 10, account_no=_own(n // 10)),
        told(1, account_no="", remittance_info=_text(n // 10, 10 * n)),
    ),
    "ten texts of 1 MB": lambda n: (
        owed(n // 10, account_no=_own(n // 10)),
        told(10, account_no="", remittance_info=_text(n // 10, n)),
    ),
    "a name of 100,000 letters": lambda n: (
        owed(1, full_name="A" * (n // 10)),
        told(1, end_to_end_id="L0", account_name="B" + "A" * (n // 10 - 2) + "B"),
    ),
    "a mask of 100,000 stars": lambda n: (
        owed(1, full_name="A" * (n // 10)),
        told(1, end_to_end_id="L0", account_name="***A" * (n // 40) + "B"),
    ),
    "ten lines against ten on every account": lambda n: (
        owed(n // 10, account_no=_own(n // 10, each=10), amount=8 * AMOUNT + np.arange(n // 10) % 10),
        told(n // 10, account_no=_own(n // 10, each=10), amount=AMOUNT + np.arange(n // 10) % 3),
    ),
    "nineteen equal parts on every account": lambda n: (
        owed(n // 20, account_no=_own(n // 20), amount=8 * AMOUNT),
        told(n // 20 * 19, account_no=_own(n // 20 * 19, each=19)),
    ),
    "sums past 64 bits": lambda n: (
        owed(n, account_no=_own(n), amount=2**62),
        told(n, account_no=_own(n), amount=2**62),
    ),
    "settled past 64 bits": lambda _: (owed(1), told(3, end_to_end_id="L0", amount=2**62)),
}  # fmt: skip


def answer(name: str, lines: int) -> str:
    """Ask one question; give the verdicts and dispositions with their numbers, or the refusal."""
    expected, reported = QUESTIONS[name](lines)
    try:
        said = reconcile(expected, reported, as_of=dt.date(2026, 11, 24), links=False).summary
    except ValueError as refusal:
        return f"refused: {refusal}"
    return ", ".join(
        f"{key} {value['lines']}"
        for side in ("verdicts", "dispositions")
        for key, value in said[side].items()
    )


def main() -> None:
    """Ask each question in a process of its own and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--only", action="append", default=[], help="words of the questions to ask")
    parser.add_argument("--most", type=int, default=120, help="seconds after which a question has failed")
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.ask:
        start = time.perf_counter()
        said = answer(asked.ask, asked.lines)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps({"seconds": time.perf_counter() - start, "peak": peak, "said": said}))
        return
    failed = 0
    for name in QUESTIONS:
        if all(word in name for word in asked.only):
            failed += not _measure(name, asked.lines, asked.most)
    sys.exit(1 if failed else 0)


def _measure(name: str, lines: int, most: int) -> bool:
    command = [sys.executable, str(Path(__file__)), "--ask", name, "--lines", str(lines)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=most, check=True)
    except subprocess.TimeoutExpired:
        print(f"{name:<52} more than {most} s", flush=True)
        return False
    except subprocess.CalledProcessError as broken:
        print(f"{name:<52} broke: {(broken.stderr.strip() or '?').splitlines()[-1][:200]}", flush=True)
        return False
    said = json.loads(done.stdout)
    print(f"{name:<52} {said['seconds']:6.1f} s {said['peak']:6} MB   {said['said']}", flush=True)
    return True


if __name__ == "__main__":
    main()
