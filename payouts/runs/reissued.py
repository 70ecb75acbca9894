"""A debt paid again under a new reference: what banks say of that reference, they say of the debt."""

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlmodel import Session, col, select

from payouts.lists.models import Reissue
from payouts.lists.reissues import MARK
from payouts.runs.evidence import in_chunks

ACCOUNT = ("channel", "bank_code", "account_no", "account_name")
Orders = Mapping[int, Mapping[str, str | None]]
_SAYS = ("end_to_end_id", "original_ref", "remittance_info")
_NEW_REF = rf"{MARK}[A-Z2-7]{{{16 - len(MARK)}}}"


def names_of_debts(session: Session, said: pa.Table) -> dict[int, str]:
    """Find the settlement lines that name a new reference: line -> the references of the debts.

    Args:
        session: the transaction
        said: rows of id, end_to_end_id, original_ref and remittance_info
    """
    if session.exec(select(Reissue.id).limit(1)).first() is None:
        return {}
    told = [pc.fill_null(pc.match_substring_regex(said[name], f"(?i){_NEW_REF}"), False) for name in _SAYS]
    rows = said.filter(pc.or_(pc.or_(told[0], told[1]), told[2])).select(["id", *_SAYS]).to_pylist()
    named = {row["id"]: _words(row) for row in rows}
    debts: dict[str, str] = {}
    for chunk in in_chunks(sorted({word for words in named.values() for word in words})):
        found = select(Reissue.new_ref, Reissue.line_ref).where(col(Reissue.new_ref).in_(chunk))
        debts.update(iter(session.exec(found)))
    refs = {line: sorted({debts[word] for word in words if word in debts}) for line, words in named.items()}
    return {line: " ".join(each) for line, each in refs.items() if each}


def both_names(one: Mapping[int, str], other: Mapping[int, str]) -> dict[int, str]:
    """Join what settlement lines are made to name for two reasons."""
    return {line: " ".join(filter(None, (one.get(line), other.get(line)))) for line in {*one, *other}}


def orders_of(session: Session, owed: pa.Table) -> dict[int, dict[str, str | None]]:
    """Find the payout lines whose last order names another account than the list: line -> ACCOUNT.

    Args:
        session: the transaction
        owed: rows of id, line_ref and ACCOUNT
    """
    standing = select(Reissue).where(col(Reissue.ended_why).is_distinct_from("withdrawn"))
    last = {each.line_ref: each for each in session.exec(standing.order_by(col(Reissue.id)))}
    if not last:
        return {}
    rows = owed.filter(pc.is_in(owed["line_ref"], pa.array(last, pa.string())))
    told = {
        row["id"]: {name: getattr(last[row["line_ref"]], name) for name in ACCOUNT}
        for row in rows.select(["id", "line_ref"]).to_pylist()
    }
    listed = {row.pop("id"): row for row in rows.select(["id", *ACCOUNT]).to_pylist()}
    return {line: order for line, order in told.items() if order != listed[line]}


def with_orders(owed: pa.Table, orders: Orders) -> pa.Table:
    """Let payout lines name the account of their last order: money that reaches it reached the right one.

    Args:
        owed: rows of id and ACCOUNT among others
        orders: as orders_of gives them
    """
    if not orders:
        return owed
    ordered = pc.is_in(owed["id"], pa.array(orders, pa.int64())).combine_chunks()
    lines = owed["id"].filter(ordered).to_pylist()
    for name in ACCOUNT:
        values = pa.array([orders[line][name] for line in lines], pa.string())
        column = pc.replace_with_mask(owed[name].combine_chunks(), ordered, values)
        owed = owed.set_column(owed.schema.get_field_index(name), name, column)
    return owed


def _words(row: dict[str, Any]) -> list[str]:
    """Find what may be new references in a settlement line: whole words of their form."""
    said = " ".join(row[name] or "" for name in _SAYS).upper()
    return [word for word in re.findall(r"[^\W_]+", said) if re.fullmatch(_NEW_REF, word)]
