"""Other ways to match the same facts, each as honest as it is simple (docs/explanation/quality.md).

All take what the judgement takes, and say a verdict and the links they believe. What a way of matching has no
notion of it cannot say: none of them knows review, accounts that differ or a payment told twice.
"""

import logging
import re
import time
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.quality.book import AS_OF, Cycle
from benchmarks.quality.scores import Said

DAYS_NEAR = 14  # an amount counts with a movement so many days from the usual day of payment
PAY_DAY = np.datetime64("2026-11-05")
SURE = 0.99  # a pair of Splink's is believed from this probability on
TOKEN = re.compile(r"[^\W_]+")


def by_reference(cycle: Cycle) -> Said:
    """Reference only: the first debit with the id reconciles it, a reversal with the id takes it back."""
    start = time.perf_counter()
    owed, told = _sides(cycle)
    named = told.merge(owed[["ref", "line_ref"]], on="ref")
    debits = named[named["status"] == "settled"].drop_duplicates("line_ref")
    reversals = named[(named["status"] == "returned") & named["line_ref"].isin(debits["line_ref"])]
    return _said(owed, pd.concat([debits, reversals]), debits.assign(verdict="paid"), reversals, start)


def by_reference_then_amount(cycle: Cycle) -> Said:
    """Reference, then account and amount, then amount and near date, one to one, the nearest first."""
    start = time.perf_counter()
    owed, told = _sides(cycle)
    links, reversals = _by_any_reference(owed, told)
    for keys in (["account_no", "amount"], ["amount"]):
        left = owed[~owed["line_ref"].isin(links["line_ref"])]
        free = told[(told["status"] == "settled") & ~told["number"].isin(links["number"])]
        if keys == ["amount"]:
            free = free[(free["booked_on"] - PAY_DAY).abs() <= pd.Timedelta(days=DAYS_NEAR)]
        links = pd.concat([links, _one_to_one(left, free, keys)])
    return _said(owed, pd.concat([links, reversals]), _by_amount(links), reversals, start)


def by_splink(cycle: Cycle) -> Said:
    """Reference, and of the residue what Splink's model holds to be the same with a probability of 0.99."""
    start = time.perf_counter()
    owed, told = _sides(cycle)
    links, reversals = _by_any_reference(owed, told)
    left = owed[~owed["line_ref"].isin(links["line_ref"])]
    free = told[(told["status"] == "settled") & ~told["number"].isin(links["number"])]
    if len(left) and len(free):
        links = pd.concat([links, _likely(left, free)])
    return _said(owed, pd.concat([links, reversals]), _by_amount(links), reversals, start)


RIVALS = {
    "reference": by_reference,
    "reference+amount": by_reference_then_amount,
    "reference+Splink": by_splink,
}


def _sides(cycle: Cycle) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both sides as tables, references trimmed, in the order in which movements were booked."""
    owed = cycle.expected.to_pandas(date_as_object=False)
    told = cycle.reported.to_pandas(date_as_object=False)
    told = told[told["booked_on"].isna() | (told["booked_on"] <= pd.Timestamp(AS_OF))]
    told = told.sort_values(["booked_on", "file", "line"]).reset_index(drop=True)
    return (
        owed.assign(ref=owed["line_ref"]),
        told.assign(
            ref=told["end_to_end_id"].fillna("").str.strip().str.upper(), number=np.arange(len(told))
        ),
    )


def _by_any_reference(owed: pd.DataFrame, told: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the first settled line that names each payment, in column or text, and what says it failed."""
    text = told.loc[told["remittance_info"].fillna("") != "", ["number", "remittance_info"]]
    words = text["remittance_info"].str.upper().map(TOKEN.findall).explode()
    tokens = text[["number"]].join(words.rename("ref")).drop_duplicates()
    both = pd.concat([told[["number", "ref"]], tokens])
    named = both.merge(owed[["ref", "line_ref"]], on="ref").merge(told.drop(columns="ref"), on="number")
    named = named.merge(owed[["line_ref", "amount"]].rename(columns={"amount": "owed"}), on="line_ref")
    named = named.drop_duplicates(["number", "line_ref"]).sort_values("number")
    settled = named[named["status"] == "settled"].drop_duplicates("line_ref")
    paid = named["line_ref"].isin(settled["line_ref"])
    return settled, named[(named["status"] == "returned") & paid | (named["status"] == "rejected") & ~paid]


def _one_to_one(left: pd.DataFrame, free: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Pair the nth payment with the nth movement of a key."""
    left = left[(left[keys].fillna("") != "").all(axis=1)]
    owed = left[["line_ref", *keys]].assign(owed=left["amount"], nth=left.groupby(keys).cumcount())
    moved = free.assign(nth=free.groupby(keys).cumcount())
    return moved.merge(owed, on=[*keys, "nth"])


def _by_amount(links: pd.DataFrame) -> pd.DataFrame:
    return links.assign(verdict=np.where(links["amount"] == links["owed"], "paid", "amount_differs"))


def _said(
    owed: pd.DataFrame, links: pd.DataFrame, matched: pd.DataFrame, reversals: pd.DataFrame, start: float
) -> Said:
    """What was reversed has failed; what is not matched is missing once its deadline has passed."""
    silent = pd.Series("missing", index=owed.index).mask(owed["deadline"] >= pd.Timestamp(AS_OF), "pending")
    said = owed["line_ref"].map(matched.set_index("line_ref")["verdict"]).fillna(silent)
    said = said.mask(owed["line_ref"].isin(reversals["line_ref"]), "failed")
    verdicts = pa.table(
        {"line_ref": pa.array(owed["line_ref"], pa.string()), "verdict": pa.array(said, pa.string())}
    )
    pairs = pa.Table.from_pandas(links[["line_ref", "file", "line"]], preserve_index=False)
    return Said(verdicts, pairs, time.perf_counter() - start)


def _likely(left: pd.DataFrame, free: pd.DataFrame) -> pd.DataFrame:
    """Let Splink learn from the residue itself which pairs are the same; take the best, one to one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import splink.comparison_library as cl  # noqa: PLC0415  # takes a second to import
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415  # the same

        settings = SettingsCreator(
            link_type="link_only",
            comparisons=[
                cl.JaroWinklerAtThresholds("name", [0.95, 0.88]),
                cl.LevenshteinAtThresholds("account", [1, 2]),
                cl.ExactMatch("citizen"),
                cl.ExactMatch("amount"),
            ],
            blocking_rules_to_generate_predictions=[
                block_on("account"), block_on("citizen"), block_on("name", "amount"),
                block_on("account_end", "amount"),
            ],
        )  # fmt: skip
        api = DuckDBAPI()
        sides = [api.register(_record(left, "line_ref")), api.register(_record(free, "number"))]
        linker = Linker(sides, settings, log_level=logging.ERROR)
        linker.training.estimate_probability_two_random_records_match(
            [block_on("account", "amount"), block_on("citizen", "amount")], recall=0.7
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=10_000_000)
        for rule in (block_on("account"), block_on("name", "amount")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        pairs = linker.inference.predict(threshold_match_probability=SURE).as_pandas_dataframe()
    pairs = pairs.sort_values("match_probability", ascending=False, kind="stable")
    pairs = pairs.drop_duplicates("unique_id_l").drop_duplicates("unique_id_r")
    found = pd.DataFrame({"line_ref": pairs["unique_id_l"], "number": pairs["unique_id_r"].astype("int64")})
    owed = left[["line_ref", "amount"]].rename(columns={"amount": "owed"})
    return found.merge(free, on="number").merge(owed, on="line_ref")


def _record(side: pd.DataFrame, key: str) -> pa.Table:
    """Fold a side as one who uses Splink with care would: accounts without zeros, names without marks."""
    own = side["full_name"] if "full_name" in side else side["account_name"]
    name = side["account_name"].where(side["account_name"].fillna("") != "", own).fillna("").str.upper()
    name = name.str.normalize("NFD").str.replace("Đ", "D").str.replace(r"[^A-Z ]", "", regex=True)
    account = side["account_no"].fillna("").str.replace(r"[ .\-]", "", regex=True).str.lstrip("0")
    account = account.mask(account.str.contains("*", regex=False), "")
    record = pd.DataFrame({
        "unique_id": side[key].astype("str"), "name": name, "account": account,
        "account_end": account.str[-6:],
        "citizen": side["citizen_id"].fillna(""), "amount": side["amount"],
    })  # fmt: skip
    texts = record.select_dtypes("str").columns
    record[texts] = record[texts].mask(record[texts] == "", None)
    return pa.Table.from_pandas(record, preserve_index=False)
