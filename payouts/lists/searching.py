"""Search keys of payout lines that name no identity number, and so belong to nobody in the registry."""

from sqlalchemy import CompoundSelect, func, insert, select, union
from sqlmodel import Session, col
from sqlmodel import select as pick

from payouts.core.keys import keys_of_file
from payouts.core.searching import keys_of, ranges, within
from payouts.core.tables import table_behind
from payouts.lists.models import LineKey, PayoutLine, PayoutList

KEY = table_behind(LineKey)
LINE = table_behind(PayoutLine)


def fill_lines(session: Session) -> int:
    """Write the search keys of the lines of one list that was read, and say whether there was one."""
    waiting = (
        pick(PayoutList)
        .where(~col(PayoutList.searchable), PayoutList.state == "accepted")
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    receipt = session.exec(waiting).one_or_none()
    if receipt is None:
        return 0
    lines = session.execute(
        select(LINE.c.id, LINE.c.full_name, LINE.c.account_no).where(
            LINE.c.id.between(*keys_of_file(receipt.id or 0)), func.coalesce(LINE.c.citizen_id, "") == ""
        )
    )
    keys = [
        {"key": key, "payout_line_id": line.id}
        for line in lines
        for key in keys_of(line.full_name, [line.account_no])
    ]
    if keys:
        session.execute(insert(KEY), sorted(keys, key=lambda row: row["key"]))
    receipt.searchable = True
    session.add(receipt)
    return 1


def nameless_lines(text: str) -> CompoundSelect[tuple[int]] | None:
    """Select the lines without an identity number that fit what was typed; None where nothing was typed."""
    wanted = ranges(text)
    if not wanted:
        return None
    others = []
    for each in wanted[1:]:
        other = KEY.alias()
        same = select(other.c.key).where(other.c.payout_line_id == KEY.c.payout_line_id)
        others.append(same.where(within(other.c.key, each)).exists())
    first = (within(KEY.c.key, [each]) for each in wanted[0])
    return union(*(select(KEY.c.payout_line_id).where(each, *others) for each in first))
