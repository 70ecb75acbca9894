"""The two tables as they come made into the folded tables that the steps see."""

import datetime as dt
import functools
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation import normalise as fold
from reconciliation.checking import columns
from reconciliation.engines import Engine
from reconciliation.opening import opening_day
from reconciliation.ordering import in_order, numbered
from reconciliation.rules import GRAVITY, STEPS, Rules
from reconciliation.tables import ACCEPTED_NAMES, DECIDED, DECISIONS, EXPECTED, REPORTED


def load(
    engine: Engine, expected: Any, reported: Any, *, as_of: dt.date, rules: Rules, banks: fold.BankNames
) -> None:
    """Take the facts in and fold both sides: raw_payout, raw_line, every_payout, every_told and more."""
    engine.facts("raw_payout", expected, EXPECTED, ("line_ref",), "pid")
    engine.facts("raw_line", reported, REPORTED, ("file", "line"), "sid")
    files = engine.table("SELECT DISTINCT file FROM raw_line ORDER BY file")["file"].combine_chunks()
    engine.fold("every_payout", "raw_payout", functools.partial(_payout, banks=banks))
    engine.fold("every_told", "raw_line", functools.partial(_told, files=files, as_of=as_of, banks=banks))
    returned = "(SELECT * FROM every_told WHERE status = 'returned')"  # always heard: it undoes what was paid
    lines = "every_told" if "reference_in_text" in rules.steps else returned
    _cut(engine, "token", lines, "SELECT ref AS token FROM every_payout WHERE ref <> ''")
    engine.put("rules", pa.table({
        "as_of": pa.array([as_of], pa.date32()),
        "fee_tolerance": [rules.fee_tolerance],
        "cut_after": [rules.cut_after],
        "one_letter_from": [rules.one_letter_from],
        "sum_most_lines": [rules.sum_most_lines],
    }))  # fmt: skip
    by_bank = {fold.bank_code(bank, banks): fee for bank, fee in rules.fee_tolerance_by_bank.items()}
    engine.put("bank_fee", pa.table({
        "sender": pa.array(by_bank.keys(), pa.string()),
        "tolerance": pa.array(by_bank.values(), pa.int64()),
    }))  # fmt: skip
    engine.put("word", pa.table({"status": list(GRAVITY), "gravity": list(GRAVITY.values())}))
    engine.put("rule_order", pa.table({"rule": list(STEPS), "step": list(range(len(STEPS)))}))


def load_decisions(engine: Engine, decisions: Any) -> None:
    """Hand what people decided of pairs to the engine as given_decision and decision.

    Raises:
        ValueError: a pair stands twice, or what is decided of one is not in DECIDED
    """
    given = columns(DECISIONS.empty_table() if decisions is None else decisions, DECISIONS)
    given = numbered(in_order(given, ("line_ref", "file", "line")), "did")
    unknown = given.filter(pc.invert(pc.is_in(given["decision"], pa.array(DECIDED))))
    if len(unknown):
        raise ValueError(f"{unknown['decision'][0]}: must be one of {', '.join(DECIDED)}")
    engine.put("given_decision", given)
    engine.execute("""
        CREATE TABLE decision AS
        SELECT g.did, g.decision = 'apart' AS apart, p.pid, r.sid
        FROM given_decision g
        LEFT JOIN raw_payout p ON p.line_ref = g.line_ref
        LEFT JOIN raw_line r ON r.file = g.file AND r.line = g.line""")


def load_accepted_names(engine: Engine, names: Any, banks: fold.BankNames) -> None:
    """Hand the names that people accepted to the engine as accepted_name."""
    given = columns(ACCEPTED_NAMES.empty_table() if names is None else names, ACCEPTED_NAMES)
    engine.put("accepted_name", pa.table({
        "acct_key": fold.without_leading_zeros(fold.fold_account(given["account_no"])),
        "bank": fold.fold_bank(given["bank_code"], banks),
        **{
            f"{side}_key": pc.replace_substring(fold.fold_name(given[f"{side}_name"]), " ", "")
            for side in ("listed", "told")
        },
    }))  # fmt: skip


def _payout(expected: pa.Table, banks: fold.BankNames) -> pa.Table:
    acct = fold.fold_account(expected["account_no"])
    own_name = pc.equal(pc.utf8_trim_whitespace(pc.fill_null(expected["account_name"], "")), "")
    channel = pc.fill_null(expected["channel"], "account")
    return pa.table({
        "pid": expected["pid"],
        "ref": fold.fold_reference(expected["line_ref"]),
        "acct": acct,
        "acct_key": fold.without_leading_zeros(acct),
        "bank": fold.fold_bank(expected["bank_code"], banks),
        "amount": expected["amount"],
        "citizen_id": fold.fold_citizen_id(expected["citizen_id"]),
        "holder": fold.fold_name(pc.if_else(own_name, expected["full_name"], expected["account_name"])),
        "account_channel": pc.is_in(channel, pa.array(["account", "wallet"])),
        "cycle": fold.known(expected["cycle"]),
        "opens_on": pc.coalesce(expected["opens_on"], _opening_days(expected["cycle"])),
        "deadline": expected["deadline"],
        "judged": pc.fill_null(expected["judged"], True),
        "voucher": pc.fill_null(expected["voucher"], False),
    })  # fmt: skip


def _told(reported: pa.Table, files: pa.Array, as_of: dt.date, banks: fold.BankNames) -> pa.Table:
    cash = pc.fill_null(reported["cash"], False)
    acct = _of_a_bank(fold.fold_account(reported["account_no"]), cash)
    day = pc.coalesce(reported["booked_on"], reported["written_on"])
    early_enough = pc.fill_null(pc.less_equal(day, pa.scalar(as_of, pa.date32())), True)
    status = pc.fill_null(reported["status"], "unknown")
    return pa.table({
        "sid": reported["sid"],
        "file_no": pc.index_in(reported["file"], value_set=files),
        "sender": _senders(reported, banks),
        "branch": fold.fold_text(reported["branch"]),
        "bank_ref": fold.fold_reference(reported["bank_ref"]),
        "ref": fold.fold_reference(reported["end_to_end_id"]),
        "original_ref": fold.fold_reference(reported["original_ref"]),
        "acct": acct,
        "acct_key": fold.without_leading_zeros(acct),
        "bank": _of_a_bank(fold.fold_bank(reported["bank_code"], banks), cash),
        "amount": reported["amount"],
        "fee": reported["fee"],
        "citizen_id": fold.fold_citizen_id(reported["citizen_id"]),
        "name": fold.fold_name(reported["account_name"]),
        "day": day,
        "status": status,
        "reason_code": fold.fold_text(reported["reason_code"]),
        "reason_text": fold.known(reported["reason_text"]),
        "remittance_info": fold.composed(reported["remittance_info"]),
        "statement": reported["statement"],
        "movement": pc.fill_null(reported["movement"], False),
        "cash": cash,
        "looked": pc.and_(early_enough, pc.not_equal(status, "informational")),
    })  # fmt: skip


def _of_a_bank(column: Any, cash: Any) -> Any:
    """Empty what a report on cash says of an account: nobody's account got the money."""
    return pc.if_else(cash, "", column) if pc.any(cash).as_py() else column


def _senders(reported: pa.Table, banks: fold.BankNames) -> Any:
    """The sending bank; where nobody knows it each file is its own sender."""
    sender = fold.fold_bank(reported["sender"], banks)
    if pc.any(pc.equal(sender, "")).as_py() is not True:
        return sender
    unknown = pc.binary_join_element_wise("file", fold.known(reported["file"]), ":")
    return pc.if_else(pc.equal(sender, ""), unknown, sender)


def load_identities(engine: Engine) -> None:
    """Give the engine the identity numbers of the people and the tokens of what is left that name one."""
    engine.fold("other_identity", "raw_payout", _other_identities)
    engine.execute("""
        CREATE VIEW identity AS
        SELECT citizen_id AS id, citizen_id FROM every_payout WHERE citizen_id <> ''
        UNION
        SELECT o.id, p.citizen_id FROM other_identity o JOIN every_payout p ON p.pid = o.pid
        WHERE o.id <> '' AND p.citizen_id <> ''""")
    engine.execute("""
        CREATE VIEW left_line AS
        SELECT t.* FROM told t JOIN member m ON m.sid = t.sid JOIN left_unit u ON u.uid = m.uid""")
    _cut(engine, "identity_token", "left_line", "SELECT id AS token FROM identity")


def _cut(engine: Engine, name: str, lines: str, wanted: str) -> None:
    """Cut the texts of lines into tokens, longest runs of letters and digits, and keep those that are wanted.

    What only says again what stands in end_to_end_id is left out.
    """
    [(shortest, longest)] = engine.rows(
        f"SELECT coalesce(min(length(token)), 0), coalesce(max(length(token)), 0) FROM ({wanted})"  # noqa: S608  # ours
    )
    engine.execute(f"""
        CREATE TABLE {name} AS
        SELECT DISTINCT c.sid, c.token
        FROM (SELECT sid, token FROM (
                SELECT sid, ref, explode(words(remittance_info)) AS token
                FROM {lines} WHERE looked AND remittance_info <> '')
              WHERE token <> ref AND length(token) BETWEEN {shortest} AND {longest}) c
        JOIN ({wanted}) w ON w.token = c.token""")  # noqa: S608  # names, numbers and a query of ours


def _other_identities(expected: pa.Table) -> pa.Table:
    """The earlier identity numbers of the people on the list."""
    some = expected.filter(pc.not_equal(pc.fill_null(expected["other_ids"], ""), ""))
    others = pc.split_pattern(some["other_ids"].combine_chunks(), ";")
    return pa.table({
        "pid": some["pid"].combine_chunks().take(pc.list_parent_indices(others)),
        "id": fold.fold_citizen_id(pa.chunked_array([pc.list_flatten(others)])),
    })  # fmt: skip


def _opening_days(cycle: Any) -> Any:
    """Give the 25th of the month before each cycle (2026-11 -> 2026-10-25), null where the cycle is none."""
    encoded = pc.dictionary_encode(pc.fill_null(cycle, "")).unify_dictionaries()
    return pa.chunked_array(
        [
            pa.array([opening_day(c) for c in chunk.dictionary.to_pylist()], pa.date32()).take(chunk.indices)
            for chunk in encoded.chunks
        ],
        pa.date32(),
    )
