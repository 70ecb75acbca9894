"""Holds the judgement against its second reading: many small cycles in one run, set apart from each other."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from unittest import mock

import pyarrow as pa

from reconciliation import reconcile
from reconciliation.tables import EXPECTED, REPORTED
from tests.reconciliation import oracle_facts
from tests.reconciliation.cycles import AS_OF, Row
from tests.reconciliation.oracle import judge, matched
from tests.reconciliation.oracle_facts import Owed

Cycle = tuple[list[Row], list[Row]]
# line_ref -> verdict, settled, differences, reason, evidence, rule; file and line -> disposition, line_refs
Answer = tuple[dict[str, tuple[str, int, str, str, str, str]], dict[tuple[str, int], tuple[str, str]]]

REPEATED = ("repeated", "repeated")
NAMED = ("line_ref", "end_to_end_id", "bank_ref", "original_ref", "remittance_info")
NUMBERED = ("citizen_id", "other_ids", "account_no", "bank_ref", "remittance_info")


def set_apart(cycle: Cycle, mark: int) -> Cycle:
    """Rename references, accounts and people of a cycle, so that it shares none with another cycle."""
    return tuple([_rename(row, mark) for row in side] for side in cycle)  # type: ignore[return-value]  # two sides


def _rename(row: Row, mark: int) -> Row:
    new = dict(row)
    for name in NUMBERED:
        if new.get(name) and "*" not in new[name]:
            new[name] = re.sub(r"\b(\d{9,12}|0201\.234\.568)\b", rf"\g<1>{mark:06d}", new[name])
    for name in NAMED:
        if new.get(name):
            new[name] = re.sub(r"(?i)\b(L\d+|X9|FT?\d+|U\d+)\b", rf"\1Q{mark:06d}", new[name])
    if "file" in new:
        new["file"] = f"{mark:06d}/{new['file']}"
    return new


def disagreements(cycles: Sequence[Cycle], as_of: dt.date = AS_OF) -> list[list[str]]:
    """For each cycle what the two readings say differently, as sentences."""
    apart = [set_apart(cycle, mark) for mark, cycle in enumerate(cycles)]
    result = reconcile(*both_sides(apart), as_of=as_of)
    verdicts = {row["line_ref"]: row for row in result.verdicts.to_pylist()}
    lines = {(row["file"], row["line"]): row for row in result.dispositions.to_pylist()}
    return [list(odd(answer(cycle, as_of), verdicts, lines)) for cycle in apart]


def both_sides(cycles: Sequence[Cycle]) -> tuple[pa.Table, pa.Table]:
    """Many cycles as one question."""
    return (
        pa.Table.from_pylist([row for owed, _ in cycles for row in owed], EXPECTED),
        pa.Table.from_pylist([row for _, told in cycles for row in told], REPORTED),
    )


def answer(cycle: Cycle, as_of: dt.date = AS_OF) -> Answer:
    """What the second reading says of a cycle; nothing where the rules leave it open."""
    if depends_on_a_tie(cycle, as_of) or is_beyond_the_rules(cycle, as_of):
        return {}, {}
    verdicts, lines = judge(*cycle, as_of)
    return (
        {
            ref: (
                said.verdict,
                said.settled,
                in_order(said.differences),
                said.reason_code,
                in_order(frozenset(f"{file}:{line}" for file, line in said.evidence)),
                said.rule if len(said.evidence) == 1 else "",
            )
            for ref, said in verdicts.items()
        },
        {place: (line.disposition, in_order(line.line_refs)) for place, line in lines.items()},
    )


def depends_on_a_tie(cycle: Cycle, as_of: dt.date) -> bool:
    """Whether the second reading ends otherwise when ties of equal days break the other way round."""
    usual = _said(cycle, as_of)
    with mock.patch.dict(oracle_facts.TIES, turned=True):
        return _said(cycle, as_of) != usual


def is_beyond_the_rules(cycle: Cycle, as_of: dt.date) -> bool:
    """Whether a cycle holds what the rules leave open, and where both readings rightly leave it to a person.

    A movement of which several returns, or one that alone names a line, take back a part; one taken back
    although nobody can say whose it is; a further return of it; a further telling of two movements that stand
    in one statement.
    """
    judgement = matched(*cycle, as_of)
    tellings = Counter(
        (row["sender"] or row["file"], row["bank_ref"], row["statement"])
        for row in cycle[1]
        if row["bank_ref"]
    )
    twice = {key[:2] for key, times in tellings.items() if key[2] is not None and times > 1}
    return any(
        (told.disputed and (len(told.returns) > 1 or not any(judgement.references(told))))
        or (told.returns and (told.candidates or told.amount is None))
        or (told.status == "returned" and told.undoes is None and any(map(_has_undone, told.owners)))
        for told in judgement.told
    ) or any(sum(key[:2] == ref for key in tellings) > 1 for ref in twice)


def _has_undone(owed: Owed) -> bool:
    return any(told.undone_by is not None for told, _ in owed.found)


def _said(cycle: Cycle, as_of: dt.date) -> object:
    verdicts, lines = judge(*cycle, as_of)
    return (
        {ref: (v.verdict, v.settled, v.differences, v.reason_code) for ref, v in verdicts.items()},
        Counter((line.disposition, line.line_refs) for line in lines.values()),
    )


def odd(answer: Answer, verdicts: dict[str, Row], lines: dict[tuple[str, int], Row]) -> Iterator[str]:
    """Say where the judgement differs from an answer."""
    for ref, mine in answer[0].items():
        row = verdicts[ref]
        theirs = (
            row["verdict"],
            row["settled"],
            listed(row["differences"]),
            row["reason_code"] or "",
            _evidence(mine[4], row, answer),
            row["rule"] if mine[5] and row["verdict"] != "review" else mine[5],  # of several, which is open
        )
        if mine != theirs:
            yield f"{ref}: oracle {mine}, judgement {theirs} by {row['rule'] or '-'}"
    found = [
        (place, mine, (row["disposition"], listed(row["line_refs"])), row["rule"])
        for place, mine in answer[1].items()
        for row in [lines[place]]
        if mine != (row["disposition"], listed(row["line_refs"]))
        and (mine[0], row["disposition"]) != REPEATED
    ]
    # Which of two equally dated lines is the evidence, repeated or reversed is no difference.
    if Counter(mine[0] for _, mine, _, _ in found) == Counter(theirs[0] for _, _, theirs, _ in found) and all(
        mine[0] != theirs[0] for _, mine, theirs, _ in found
    ):
        return
    for place, mine, theirs, rule in found:
        yield f"{place}: oracle {mine}, judgement {theirs} by {rule or '-'}"


def _evidence(mine: str, row: Row, answer: Answer) -> str:
    """The evidence of a verdict: of review not compared, of a line told twice alike either telling."""
    theirs = listed(row["evidence"])
    others = [part.rsplit(":", 1) for part in {*theirs.split(";")} - {*mine.split(";")} if part]
    told_again = all(answer[1][file, int(line)][0] == "repeated" for file, line in others)
    if row["verdict"] == "review" or (told_again and theirs.count(";") == mine.count(";")):
        return mine
    return theirs


def in_order(parts: frozenset[str]) -> str:
    """The parts, sorted and joined."""
    return ";".join(sorted(parts))


def listed(text: str | None) -> str:
    """The parts of a joined text, sorted and joined again."""
    return ";".join(sorted((text or "").split(";")))
