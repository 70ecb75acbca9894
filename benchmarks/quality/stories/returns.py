"""Money that came back: how the return names what it undoes, when it is told, what was kept of it."""

import datetime as dt
from typing import Any

import pandas as pd

from benchmarks.quality import people
from benchmarks.quality.book import Book
from benchmarks.quality.stories import story

NOTHING = {"end_to_end_id": "", "remittance_info": "", "account_no": "", "account_name": "", "bank_code": ""}


def back(b: Book, p: pd.DataFrame, **more: Any) -> pd.Series:
    """Tell that money came back, weeks later unless said otherwise; gives the reasons."""
    reason = b.reasons(len(p))
    b.tell(p, **{"status": "returned", "reason_code": reason, "booked_on": b.days(len(p), 16, 24), **more})
    return reason


def paid(b: Book, p: pd.DataFrame, **more: Any) -> dict[str, Any]:
    """Tell of the movement that came back."""
    return b.tell(p, **{"disposition": "reversed", **more})


@story()
def returned_by_bank_reference(b: Book, n: int) -> None:
    """The return names only the bank reference of the movement."""
    p = b.owe(n)
    first = paid(b, p)
    b.truth(p, "failed", reason=back(b, p, **NOTHING, original_ref=first["bank_ref"]))


@story()
def returned_by_line_reference(b: Book, n: int) -> None:
    """The return names the reference of the line as the original one."""
    p = b.owe(n)
    paid(b, p)
    b.truth(p, "failed", reason=back(b, p, **NOTHING, original_ref=p["line_ref"]))


@story()
def returned_by_end_to_end_id(b: Book, n: int) -> None:
    """The return carries the end-to-end reference."""
    p = b.owe(n)
    paid(b, p)
    b.truth(p, "failed", reason=back(b, p, account_no=""))


@story()
def returned_by_text(b: Book, n: int) -> None:
    """The return names the line in its text; the movement was found by its account."""
    p = b.owe(n)
    paid(b, p, end_to_end_id="")
    b.truth(
        p, "failed", reason=back(b, p, **NOTHING | {"remittance_info": "HOAN TRA " + p["line_ref"] + "."})
    )


@story()
def returned_by_account(b: Book, n: int) -> None:
    """The return names account and amount only, under another reference."""
    p = b.owe(n)
    paid(b, p)
    b.truth(p, "failed", reason=back(b, p, end_to_end_id="", remittance_info=""))


@story()
def returned_by_account_without_reference(b: Book, n: int) -> None:
    """Neither movement nor return has a reference."""
    p = b.owe(n)
    paid(b, p, end_to_end_id="", remittance_info="")
    b.truth(p, "failed", reason=back(b, p, end_to_end_id="", remittance_info=""))


@story()
def returned_zeros_lost(b: Book, n: int) -> None:
    """The return writes the account without its zeros."""
    who = b.invent(n)
    p = b.owe(who.assign(account_no="00" + who["account_no"].str.lstrip("0")))
    paid(b, p, end_to_end_id="")
    b.truth(p, "failed", reason=back(b, p, end_to_end_id="", account_no=who["account_no"].str.lstrip("0")))


@story()
def returned_with_a_fee_kept(b: Book, n: int) -> None:
    """The bank kept a fee of up to 22,000 đ: the whole movement is undone."""
    p = b.owe(n)
    first = paid(b, p)
    kept = people.pick(b.rng, ("3300", "11000", "22000"), n).astype("int64")
    b.truth(
        p, "failed", reason=back(b, p, **NOTHING, original_ref=first["bank_ref"], amount=p["amount"] - kept)
    )


@story()
def returned_too_short(b: Book, n: int) -> None:
    """More than a fee is missing from the return: a person looks at it."""
    p = b.owe(n)
    first = b.tell(p)
    back(b, p, **NOTHING, original_ref=first["bank_ref"], amount=p["amount"] - 22_001)
    b.truth(p, "review")


@story()
def returned_short_by_account(b: Book, n: int) -> None:
    """A return of another amount on the account undoes nothing."""
    p = b.owe(n)
    b.tell(p)
    back(
        b,
        p,
        end_to_end_id="",
        remittance_info="",
        amount=p["amount"] - 1_100,
        disposition="unrelated",
        owners=[],
    )
    b.paid(p)


@story()
def returned_undated(b: Book, n: int) -> None:
    """Neither the movement nor the return has a day."""
    p = b.owe(n)
    paid(b, p, kind="result", booked_on=None)
    b.truth(p, "failed", reason=back(b, p, kind="result", booked_on=None))


@story()
def returned_same_day(b: Book, n: int) -> None:
    """Paid and sent back on one day."""
    p = b.owe(n)
    first = paid(b, p, booked_on=dt.date(2026, 11, 5))
    b.truth(p, "failed", reason=back(b, p, original_ref=first["bank_ref"], booked_on=dt.date(2026, 11, 5)))


@story()
def reversed_in_the_statement(b: Book, n: int) -> None:
    """A reversal under the very bank reference of the movement, in the same statement."""
    p = b.owe(n)
    first = paid(b, p, kind="statement", part=1)
    b.truth(p, "failed", reason=back(b, p, kind="statement", part=1, bank_ref=first["bank_ref"]))


@story()
def returned_without_a_payment(b: Book, n: int) -> None:
    """Only the return was told, and it names the line."""
    p = b.owe(n)
    b.truth(p, "failed", reason=back(b, p))


@story()
def returned_without_a_name_or_payment(b: Book, n: int) -> None:
    """Only a return was told, of account and amount: it names no line and undoes nothing."""
    p = b.owe(n)
    back(b, p, end_to_end_id="", remittance_info="", disposition="unrelated", owners=[])
    b.truth(p, "missing")


@story()
def returned_before_it_was_paid(b: Book, n: int) -> None:
    """A return booked before the only payment undoes nothing."""
    p = b.owe(n)
    back(b, p, booked_on=b.days(n, 1, 2))
    b.tell(p, booked_on=b.days(n, 5, 9))
    b.paid(p)


@story()
def returned_with_a_fee_by_reference(b: Book, n: int) -> None:
    """A fee was kept, and the return names the line."""
    p = b.owe(n)
    paid(b, p)
    b.truth(p, "failed", reason=back(b, p, amount=p["amount"] - 22_000))


@story()
def returned_too_short_by_reference(b: Book, n: int) -> None:
    """Half of it came back under the reference of the line."""
    p = b.owe(n)
    b.tell(p)
    back(b, p, amount=p["amount"] // 2)
    b.truth(p, "review")


@story()
def wrong_account_returned(b: Book, n: int) -> None:
    """Paid to a wrong account, came back from there by account and amount."""
    p = b.owe(n)
    wrong = "9" + p["account_no"].str[1:]
    paid(b, p, account_no=wrong, account_name="")
    reason = back(b, p, end_to_end_id="", remittance_info="", account_no=wrong, account_name="")
    b.truth(p, "failed", differences="account", reason=reason)


@story()
def returned_without_a_trace(b: Book, n: int) -> None:
    """The return names a masked account and the sum: by the letter it undoes nothing."""
    p = b.owe(n)
    b.tell(p)
    masked = "****" + p["account_no"].str[-4:]
    back(b, p, **NOTHING | {"account_no": masked}, disposition="unrelated", owners=[])
    b.paid(p)


@story()
def returned_told_before_in_the_files(b: Book, n: int) -> None:
    """The return stands in the result file without a day, the movement in a statement."""
    p = b.owe(n)
    first = paid(b, p, kind="statement")
    b.truth(p, "failed", reason=back(b, p, kind="result", original_ref=first["bank_ref"], booked_on=None))
