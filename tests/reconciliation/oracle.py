"""A second, slow and plain reading of the judgement, to hold the fast one against.

It was written from the published rules alone, without a look at the code it checks: lists, loops and sets, no
table engine. `judge` takes the rows of `reconciliation.tables` as dicts and is meant for tens of lines.
"""

import datetime as dt
from collections.abc import Sequence

from tests.reconciliation.oracle_facts import Owed, Row, day_of, transactions
from tests.reconciliation.oracle_steps import Judgement
from tests.reconciliation.oracle_verdicts import Disposition, Verdict, disposition_of, place, verdict_of

# Where the rules can be read two ways: what is open, and the reading taken here.
AMBIGUITIES = (
    (
        "are a movement and its return, told under one bank_ref, one transaction?",
        "no: a return is its own transaction, so the movement is `reversed`, not `repeated`",
    ),
    (
        "tellings of one (sender, branch, bank_ref, amount) of which some name accounts and some none",
        "one named account: all are one transaction; several: the ones without an account stand apart",
    ),
    (
        "tellings of one batch reference without accounts but with different end_to_end_ids",
        "different transactions; with one account named they are one, save where a balance counts more",
    ),
    (
        "one for one of report and movement where both a pending and a settled report were sent",
        "the settled report is the repeated one; the pending one stays a word about the line",
    ),
    (
        "does `movement` in that rule mean a booked statement line, or any settled line with a bank_ref?",
        "any settled line with a bank_ref, told by any file of the sender",
    ),
    (
        "is a settled line already undone by original_ref or reference counted in steps 3 to 7?",
        "no: it follows as a word does, together with its return, and counts only where nothing stands",
    ),
    (
        "`not after it`: does it bind only the second choice, or also the one of equal amount?",
        "both: `reversed` is a movement undone by a later line",
    ),
    (
        "a return that names a payout line, whose movement was found without a reference",
        "undoes the movement that is evidence for the line it names",
    ),
    (
        "a return tied to a movement that names nobody, while the return names a payout line",
        "the movement is evidence for that line too",
    ),
    (
        "a return tied to the movement of another payout line than the one it names",
        "it follows the movement",
    ),
    (
        "a return of more than the movement it is tied to",
        "review, as one that is too short",
    ),
    (
        "an original_ref that is a line_ref",
        "names the payout line",
    ),
    (
        "a payout line made `review` by steps 3 to 7 has no settled evidence: is it left for the next step?",
        "no: `all are review` is final; the last rule (both still open) sees it again",
    ),
    (
        "a line that is ambiguous by reference: are the payout lines it names left for the next steps?",
        "yes, and with settled evidence of their own they are judged by that alone",
    ),
    (
        "a return with no reference beside two or more pairs of equal account and amount",
        "another status with the same key, k > 1: review; with no settled line there it is `unrelated`",
    ),
    (
        "`names one and equals the sum of it and open lines of its account` where several sums fit",
        "evidence for the named line only; sums of two movements that overlap are review",
    ),
    (
        "several open cycles: counts that differ over all of them",
        "the older cycle takes the earliest by content, one for each line; the rest is left for the later",
    ),
    (
        "banks that conflict on one number, with a line that names none, after step 4",
        "steps 6 and 7 leave the number alone, and what stays open on both sides is review",
    ),
    (
        "fields that the telling which counts leaves empty and another telling has",
        "all are lent, not the reference only: who was paid to which account must not get lost",
    ),
    (
        "words of one day and one status, of which one has a reason",
        "the one with the reason",
    ),
    (
        "tellings of which some name a branch and some none",
        "as with accounts: one named branch, and all are one transaction",
    ),
    (
        "the old CMND of a person who has several lines, known with one of them",
        "it is the person's on all lines",
    ),
    (
        "step 6 where an older and a newer cycle are open on the account",
        "two open payout lines: no match",
    ),
    (
        "`overlap` in step 7: only combinations that are the only one for their line?",
        "all that fit; what overlaps stays open, and so becomes review with the rest of the account",
    ),
    (
        "differences of lines without standing movements (failed, review, pending)",
        "those of the words or movements about it: they are kept whatever the verdict",
    ),
    (
        "a settled line without an amount",
        "it counts as what was owed; named in the column and the text the column wins",
    ),
    (
        "the difference `period`",
        "said where evidence was booked before the payment opened",
    ),
    (
        "one letter more or less `with 8 letters or more`",
        "both names have 8 letters or more",
    ),
    (
        "a payer of cash names a line that is paid by account",
        "evidence as of a bank: collected is settled money, and paid twice where the bank paid too",
    ),
    (
        "a payer of cash says who collected by the citizen id and leaves the amount out, or gives another",
        "the only open cash line of the person; where more is open on either side, review",
    ),
    (
        "a bank returns money to an account of the amount that was collected in cash",
        "it undoes no collection, unless it names the payout line",
    ),
    (
        "a person is named by a payer of cash, and has lines by account only",
        "unexpected: steps 3 to 7 do not see reports on cash",
    ),
)


def matched(expected: Sequence[Row], reported: Sequence[Row], as_of: dt.date) -> Judgement:
    """Go through all steps with the lines that are looked at on a day."""
    judgement = Judgement(
        [Owed(row) for row in expected], transactions([r for r in reported if seen(r, as_of)])
    )
    judgement.run()
    return judgement


def seen(row: Row, as_of: dt.date) -> bool:
    """Whether a settlement line is looked at: informational ones and later ones are not."""
    day = day_of(row)
    return row["status"] != "informational" and (day is None or day <= as_of)


def judge(
    expected: Sequence[Row], reported: Sequence[Row], as_of: dt.date
) -> tuple[dict[str, Verdict], dict[tuple[str, int], Disposition]]:
    """Judge one run: line_ref -> verdict of the judged lines, (file, line) -> disposition of all lines."""
    judgement = matched(expected, reported, as_of)
    dispositions = {(row["file"], row["line"]): Disposition("unrelated") for row in reported}
    for told in judgement.told:
        said = disposition_of(told)
        dispositions[place(told)] = said
        for row in told.repeats:
            dispositions[row["file"], row["line"]] = Disposition("repeated", said.line_refs, said.rule)
    verdicts = {o.ref: verdict_of(o, as_of) for o in judgement.owed if o.row.get("judged", True)}
    return verdicts, dispositions
