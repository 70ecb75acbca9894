"""Runs the steps, strongest first, each on what is left; the small ambiguous rest in Python."""

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

import pyarrow as pa

from reconciliation.engines import Engine
from reconciliation.normalise import BankNames
from reconciliation.prepare import load, load_accepted_names, load_decisions, load_identities
from reconciliation.rules import CHAIN, Rules
from reconciliation.sums import subsets, unique_combinations


def reconciled(
    engine: Engine,
    expected: Any,
    reported: Any,
    *,
    as_of: dt.date,
    rules: Rules,
    decisions: Any,
    accepted_names: Any = None,
    banks: BankNames,
) -> None:
    """Take the facts in and judge them: tables verdict and disposition, and what they rest on.

    Raises:
        ValueError: a line_ref, a (file, line) or a pair decided on stands twice, or a decision is none
    """
    names = banks and {name.strip().upper(): code.strip().upper() for name, code in banks.items()}
    load(engine, expected, reported, as_of=as_of, rules=rules, banks=names)
    load_decisions(engine, decisions)
    load_accepted_names(engine, accepted_names, names)
    match(engine, rules)
    judge(engine)


def match(engine: Engine, rules: Rules) -> None:
    """Find for every transaction the payout lines it is evidence for: tables link, tie, undone, unclear_*."""
    engine.run("shared")
    engine.repeated("common_reference", "said_reference")
    engine.repeated("common_account", "said_account")
    engine.repeated("common_payout", "owed_reference")
    engine.run("clear")
    engine.forget("every_told")
    engine.run("transactions")
    engine.run("ties")
    engine.run("returns_open")
    _tie_returns(engine, "told", rules)
    engine.run("decisions")
    engine.run("reference")
    engine.run("open")
    _reference_and_sum(engine, rules)
    _tie_returns(engine, "evidence", rules)
    _step(engine, "account_amount", rules)
    _step(engine, "account_zeros", rules)
    load_identities(engine)
    _step(engine, "citizen_amount", rules)
    _account_only(engine, rules)
    _cash(engine, rules)
    _account_groups(engine)
    _sums(engine, rules)
    _narrow(engine, rules)
    engine.run("leftover")
    _narrow(engine, rules)
    engine.run("still_open")
    _account_groups(engine)
    engine.run("both_open")
    _tie_returns(engine, "last", rules)
    engine.run("returns_alone")
    engine.forget("every_payout")


def judge(engine: Engine) -> None:
    """From what was found to one verdict a payout line and one disposition a settlement line."""
    engine.execute("CREATE OR REPLACE TABLE compared AS SELECT pid, uid FROM link")
    engine.run("names")
    engine.run("verdicts")
    engine.run("dispositions")


def _step(engine: Engine, step: str, rules: Rules) -> None:
    if step in CHAIN and step not in rules.steps:
        return
    engine.run(step)
    if engine.is_empty("candidate_payout JOIN candidate_unit USING (pair_key)"):
        return
    engine.run("pairing")
    _hold_apart(engine)
    engine.run("pairing_size")
    for (cycle,) in engine.rows("SELECT DISTINCT cycle FROM free_payout ORDER BY cycle"):
        engine.put("this_cycle", pa.table({"cycle": [cycle]}))
        engine.run("pairing_cycle")
    _narrow(engine, rules)


def _account_groups(engine: Engine) -> None:
    engine.run("account_groups")
    _hold_apart(engine)
    engine.run("account_size")


def _hold_apart(engine: Engine) -> None:
    """Take out of groups who may pair with nobody else of them, by what people decided."""
    if not engine.is_empty("apart"):
        engine.run("apart")


def _account_only(engine: Engine, rules: Rules) -> None:
    """Step 6."""
    if "account_only" not in rules.steps:
        return
    _account_groups(engine)
    engine.run("account_only")
    engine.run("names")
    engine.run("account_only_link")
    _narrow(engine, rules)


def _cash(engine: Engine, rules: Rules) -> None:
    """What payers of cash report of people, without a line_ref: only for lines paid in cash or at home."""
    if "citizen_amount" not in rules.steps or engine.is_empty("left_unit WHERE cash"):
        return
    engine.run("cash_open")
    _step(engine, "cash_amount", rules)
    engine.run("cash_person")
    _narrow(engine, rules)


def _narrow(engine: Engine, rules: Rules) -> None:
    none_found = engine.is_empty("found")
    engine.run("narrow")
    if not none_found:  # else no return has more to be tied to than before
        _tie_returns(engine, "evidence", rules)


def _tie_returns(engine: Engine, among: str, rules: Rules) -> None:
    if engine.is_empty("open_return"):
        return
    engine.put("stage", pa.table({"among": [among]}))
    engine.execute("CREATE OR REPLACE TABLE just_undone AS SELECT uid FROM undone WHERE FALSE")
    for _ in range(rules.return_rounds):
        engine.run("returns_open")
        if engine.is_empty("open_return"):
            break
        engine.run("returns_near")
        engine.run("returns")
        if engine.is_empty("tied"):
            break
        engine.execute("INSERT INTO just_undone SELECT uid FROM tied WHERE fresh AND NOT short")
    else:
        if among == "last":
            engine.run("returns_left")
    if among != "told" and not engine.is_empty("just_undone"):
        engine.run("reopen")


def _reference_and_sum(engine: Engine, rules: Rules) -> None:
    """A line that names one payout line and equals it and open lines of its account stands for all."""
    if "sum" not in rules.steps:
        return
    engine.run("reference_sum")
    named: dict[int, tuple[int, int, int, bool]] = {}
    others: dict[int, dict[int, int]] = defaultdict(dict)
    for uid, pid, owed, amount, stands, other, other_owed in engine.rows(
        "SELECT uid, pid, owed, amount, stands, other, other_owed FROM reference_sum"
    ):
        named[uid] = pid, owed, amount, stands
        others[uid][other] = other_owed
    claims: dict[int, tuple[int, ...]] = {}
    for uid, (_, owed, amount, _) in named.items():
        found = list(subsets(amount - owed, list(others[uid].items()), rules.sum_most_parts - 1, least=1))
        if len(found) == 1:
            claims[uid] = found[0]
    wanted = Counter(other for uid, claim in claims.items() if named[uid][3] for other in claim)
    links = []
    for uid, claim in claims.items():
        pid, owed, _, stands = named[uid]
        disputed = stands and any(wanted[other] > 1 for other in claim)
        links.append((pid, uid, "unclear" if disputed else "named", owed))
        links.extend((other, uid, "unclear" if disputed else "sum", others[uid][other]) for other in claim)
    if links:
        engine.put("claimed", _links(links))
        engine.run("reference_sum_link")
        engine.run("open")


def _sums(engine: Engine, rules: Rules) -> None:
    """Step 7, account by account; larger accounts stay open and wait for a person."""
    if "sum" not in rules.steps:
        return
    engine.run("sum")
    payouts: dict[str, dict[int, int]] = defaultdict(dict)
    units: dict[str, dict[int, int]] = defaultdict(dict)
    pairs: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for grp, pid, owed, uid, amount in engine.rows("SELECT grp, pid, owed, uid, amount FROM sum_pair"):
        payouts[grp][pid] = owed
        units[grp][uid] = amount
        pairs[grp].add((pid, uid))
    links = [
        (pid, uid, "sum", payouts[grp][pid] if len(found.payouts) > 1 else units[grp][uid])
        for grp in payouts
        for found in unique_combinations(
            payouts[grp], units[grp], frozenset(pairs[grp]), rules.sum_most_parts
        )
        for pid in found.payouts
        for uid in found.units
    ]
    if links:
        engine.put("claimed", _links(links))
        engine.execute("INSERT INTO found SELECT pid, uid, rule, part FROM claimed")


def _links(rows: list[tuple[int, int, str, int]]) -> pa.Table:
    pid, uid, rule, part = zip(*rows, strict=True)
    return pa.table({
        "pid": pa.array(pid, pa.int64()),
        "uid": pa.array(uid, pa.int64()),
        "rule": pa.array(rule, pa.string()),
        "part": pa.array(part, pa.int64()),
    })  # fmt: skip
