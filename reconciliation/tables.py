"""The columns of what goes into the judgement and what comes out, in one place.

Money is a whole number of the currency's smallest unit (the đồng has no smaller one), identifiers are
text, dates are calendar days. A null and an empty text mean the same: the field is not known.
"""

import pyarrow as pa

TEXT, MONEY, DAY, COUNT, YES_NO = pa.string(), pa.int64(), pa.date32(), pa.int64(), pa.bool_()

# One amount owed to one beneficiary for one period, by one channel.
EXPECTED = pa.schema(
    [
        ("line_ref", TEXT),  # unique over all lines given
        ("citizen_id", TEXT),
        ("other_ids", TEXT),  # earlier identity numbers of the person (CMND), joined by ";"
        ("full_name", TEXT),
        ("account_name", TEXT),  # the holder; where empty the beneficiary's full_name is compared
        ("bank_code", TEXT),
        ("account_no", TEXT),
        ("amount", MONEY),
        ("channel", TEXT),  # account, wallet, cash, home
        ("programme", TEXT),
        ("cycle", TEXT),  # 2026-11
        ("opens_on", DAY),  # movements booked before it never count, save by reference
        ("deadline", DAY),  # the last day on which "no answer" is not yet "missing"; null: it has passed
        ("judged", YES_NO),  # true: this run says a verdict of it; false: it only takes what is its own
        ("voucher", YES_NO),  # true: a signed voucher for the cash is on file
    ]
)

# One movement or status in a settlement file.
REPORTED = pa.schema(
    [
        ("file", TEXT),
        ("line", COUNT),  # 1-based, as the file numbers its entries
        ("sender", TEXT),  # the sending bank's code where it is known
        ("movement", YES_NO),  # true: a statement or advice of booked movements; false: a report of statuses
        ("cash", YES_NO),  # true: a payer of cash tells who collected; no account got it
        (
            "statement",
            COUNT,
        ),  # the statement within the file, only where its balance counts its lines and ties
        ("written_on", DAY),  # the date written in the file, for lines without booked_on
        ("bank_code", TEXT),  # the bank of the beneficiary's account
        ("branch", TEXT),
        ("bank_ref", TEXT),
        ("end_to_end_id", TEXT),
        ("account_no", TEXT),
        ("account_name", TEXT),
        ("citizen_id", TEXT),
        ("amount", MONEY),  # what reached the account; null where the bank names none
        ("currency", TEXT),
        ("booked_on", DAY),
        ("status", TEXT),  # one of STATUSES
        ("reason_code", TEXT),  # ISO 20022 external code where the bank has one
        ("reason_text", TEXT),
        ("fee", MONEY),  # stands beside the amount, never subtracted
        ("original_ref", TEXT),  # of a return: the bank_ref or reference of what it undoes
        ("remittance_info", TEXT),
    ]
)

# What people decided of one payment and one line of a file: that the line is its evidence, or that it is not.
DECISIONS = pa.schema(
    [
        ("line_ref", TEXT),
        ("file", TEXT),
        ("line", COUNT),
        ("decision", TEXT),  # one of DECIDED
    ]
)
DECIDED = ("match", "apart")

# Names that people accepted: the holder whom the bank names for an account is the one on the list.
ACCEPTED_NAMES = pa.schema(
    [
        ("account_no", TEXT),  # as on the list
        ("bank_code", TEXT),  # as on the list
        ("listed_name", TEXT),  # the holder on the list
        ("told_name", TEXT),  # the holder whom the bank names
    ]
)

# Why a decision could not be followed: a line of it is not among the facts; it was booked after the day asked
# about, or tells of nothing; the bank itself says what it undoes; the same people hold the two apart; one
# line was given to several payments whose sums disagree with it.
WHY_NOT_FOLLOWED = ("gone", "not_looked_at", "undone_by_bank", "held_apart", "sums_disagree")

# "informational" moves nothing and says nothing of a payment (camt INFO, a pending entry of money in).
STATUSES = ("settled", "rejected", "returned", "pending", "unknown", "informational")
CHANNELS = ("account", "wallet", "cash", "home")
VERDICTS = (
    "paid",
    "failed",
    "missing",
    "pending",
    "unconfirmed",
    "amount_differs",
    "account_differs",
    "name_differs",
    "paid_twice",
    "review",
    "offline",
)
DISPOSITIONS = ("matched", "reversed", "repeated", "ambiguous", "unexpected", "unrelated")
DIFFERENCES = ("amount", "account", "name", "bank", "period")

VERDICT_COLUMNS = (
    "line_ref", "verdict", "owed", "settled", "reason_code", "differences", "rule", "evidence", "explanation",
)  # fmt: skip
DISPOSITION_COLUMNS = ("file", "line", "disposition", "line_refs", "rule", "status", "amount")
SUGGESTION_COLUMNS = ("line_ref", "file", "line", "score", "compared")
UNFOLLOWED_COLUMNS = (*DECISIONS.names, "why")
