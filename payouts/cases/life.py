"""What changed in a beneficiary's life as lists and staff tell it: pure rules over rows already read."""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from payouts.registry.models import DisclosureMark, Phone, RegistryChange, Stop, Suspension, WelfareAccount

# Columns of a payout list of which a change is told; of a category only that it did: it may name an illness.
FIELDS = (
    *("full_name", "citizen_id", "date_of_birth", "category_code", "area_code", "amount", "channel"),
    *("bank_code", "account_no", "account_name", "payee_name", "payee_citizen_id"),
)
UNSAID = frozenset({"category_code"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        at: when it became known
        by: who told it
        what: a key of web.labels.PERSON_CHANGES
        fields: column of a list -> before and after, both null where they are not said
        programme: of the list
        cycle: of the list
        source: the list
        row: in the list
        words: what was told or written of it
        approval: number of the approval that it took
    """

    at: dt.datetime
    by: str
    what: str
    fields: Mapping[str, tuple[Any, Any]]
    programme: str | None = None
    cycle: str | None = None
    source: str | None = None
    row: int | None = None
    words: str | None = None
    approval: int | None = None


def in_lists(lines: Iterable[RowMapping]) -> list[Change]:
    """Find what lists changed: from month to month, and by a corrected list within one.

    Args:
        lines: payout lines of one person with the lists that told and ended them, as cases.people reads them

    Returns:
        the changes, the latest first
    """
    found: list[Change] = []
    counting: dict[str, dict[str, RowMapping]] = defaultdict(dict)
    rows = sorted(lines, key=lambda row: (row["cycle"], row["period"] != row["cycle"], row["id"]))
    for row in rows:
        if row["ended_by"] == 0:
            counting[row["programme"]].setdefault(row["cycle"], row)
        elif row["ended_by"] > 0:
            found.append(_corrected(row, rows))
    for months in counting.values():
        following = list(months.values())
        first = following[0]
        found.append(_told("first_listed", first, {}))
        for before, after in itertools.pairwise(following):
            if fields := _differences(before, after):
                found.append(_told("listed", after, fields))
    return sorted(found, key=lambda each: each.at, reverse=True)


def by_hand(phones: Iterable[Phone], marks: Iterable[DisclosureMark]) -> list[Change]:
    """Tell what staff wrote down of a person."""
    found = []
    for phone in phones:
        found.append(Change(phone.recorded_at, phone.recorded_by, "phone_added", {}, words=phone.number))
        if phone.ended_at is not None:
            found.append(Change(phone.ended_at, phone.ended_by or "", "phone_ended", {}, words=phone.number))
    for each in marks:
        what = "marked" if each.withheld else "unmarked"
        found.append(Change(each.at, each.by, what, {}, words=each.reason))
    return found


def by_approval(
    accounts: Iterable[WelfareAccount], suspensions: Iterable[Suspension], stops: Iterable[Stop]
) -> list[Change]:
    """Tell what took a second person."""
    found = [
        Change(each.recorded_at, "", "account_corrected", {}, each.programme, approval=each.approval_id)
        for each in accounts
        if each.approval_id is not None
    ]
    for held in suspensions:
        begun, month, number = held.made_at, held.since, held.approval_id
        found.append(Change(begun, held.made_by, "suspended", {}, held.programme, month, approval=number))
        if held.ended_at is not None:
            by, ended = held.ended_by or "", held.ended_approval_id
            found.append(Change(held.ended_at, by, "reinstated", {}, held.programme, approval=ended))
    for stop in stops:
        paper, what = f"{stop.document_no}, {stop.document_on:%d/%m/%Y}", f"stopped_{stop.why}"
        found.append(Change(stop.made_at, stop.made_by, what, {}, words=paper, approval=stop.approval_id))
        if stop.ended_at is not None:
            by, ended = stop.ended_by or "", stop.ended_approval_id
            found.append(Change(stop.ended_at, by, "stop_undone", {}, approval=ended))
    return found


def recorded(changes: Iterable[RegistryChange], programmes: Collection[str] | None) -> list[Change]:
    """Tell what went on record from lists, registry files and staff; accounts by approval are told above.

    Args:
        changes: of one person
        programmes: whose changes may be told; None for all
    """
    return [
        Change(
            each.at,
            each.by,
            f"recorded_{each.source}",
            {each.field: (None, None) if each.field in UNSAID else (each.before, each.after)},
            source=str(each.source_id) if each.source in {"list", "file"} else None,
            row=each.row,
            words="; ".join(said for said in (each.proof, each.reason) if said) or None,
            approval=each.source_id if each.source == "approval" else None,
        )
        for each in changes
        if (programmes is None or each.programme is None or each.programme in programmes)
        and (each.source, each.field) != ("approval", "account")
    ]


def _corrected(row: RowMapping, rows: Iterable[RowMapping]) -> Change:
    """Tell what a corrected list made of a line: another line, or none."""
    after = next(
        (each for each in rows if each["line_ref"] == row["line_ref"] and each["list_id"] == row["ended_by"]),
        None,
    )
    return Change(
        at=row["decided_at"] or row["received_at"],
        by=row["decided_by"] or row["received_by"],
        what="corrected" if after else "left_out",
        fields=_differences(row, after) if after else {},
        programme=row["programme"],
        cycle=row["cycle"],
        source=row["ended_in"],
        row=after["row"] if after else None,
    )


def _told(what: str, row: RowMapping, fields: Mapping[str, tuple[Any, Any]]) -> Change:
    return Change(
        at=row["received_at"],
        by=row["received_by"],
        what=what,
        fields=fields,
        programme=row["programme"],
        cycle=row["cycle"],
        source=row["filename"],
        row=row["row"],
    )


def _differences(before: RowMapping, after: RowMapping) -> dict[str, tuple[Any, Any]]:
    return {
        name: (None, None) if name in UNSAID else (before[name], after[name])
        for name in FIELDS
        if (before[name] or None) != (after[name] or None)
    }
