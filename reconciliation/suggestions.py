"""Who an open settlement line might belong to: names only suggest, a person confirms."""

import pyarrow as pa

from reconciliation.engines import Engine
from reconciliation.rules import Rules

# How much each agreement weighs, of 100. Names alone stay below what looks certain.
WEIGHTS = {"name": 40, "account": 30, "amount": 20, "citizen_id": 10}
MOST_A_LINE = 3
LEAST_SCORE = 40
MOST_PAIRS = 1_000  # what more pairs of lines share, a common name in a large cycle, suggests nothing

# What a pair must share to be looked at: the name, the end of the account, the person, or the beginning of
# the name with the amount.
_KEYS = {
    "seeking": (
        "CASE WHEN holder_key <> '' THEN 'name ' || holder_key END",
        "CASE WHEN length(acct_end) = 6 THEN 'account ' || acct_end END",
        "CASE WHEN citizen_id <> '' THEN 'person ' || citizen_id END",
        "CASE WHEN holder_key <> '' THEN CAST(amount AS string) || ' of ' || left(holder_key, 6) END",
    ),
    "ownerless": (
        "CASE WHEN name_key <> '' THEN 'name ' || name_key END",
        "CASE WHEN length(acct_end) = 6 THEN 'account ' || acct_end END",
        "CASE WHEN citizen_id <> '' THEN 'person ' || citizen_id END",
        "CASE WHEN name_key <> '' THEN CAST(amount AS string) || ' of ' || left(name_key, 6) END",
    ),
}

NO_SUGGESTIONS = pa.schema(
    [
        ("line_ref", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("score", pa.int32()),
        ("compared", pa.string()),
    ]
).empty_table()


def suggest(engine: Engine, rules: Rules) -> pa.Table:
    """Give the likeliest open settlement lines of each judged payout line that has no standing money.

    Returns:
        line_ref, file, line, score (0 to 100) and what was compared, at most MOST_A_LINE a payout line
        and none by what more than MOST_PAIRS pairs share
    """
    if "names" not in rules.steps:
        return NO_SUGGESTIONS
    engine.execute("""
        CREATE TABLE ownerless AS
        SELECT u.*, replace(u.name, ' ', '') AS name_key, right(u.acct_key, 6) AS acct_end, r.file, r.line
        FROM unit u JOIN raw_line r ON r.sid = u.uid JOIN sorted_out d ON d.sid = u.uid
        WHERE d.disposition = 'unexpected'""")
    if engine.is_empty("ownerless"):
        return NO_SUGGESTIONS
    engine.execute("""
        CREATE TABLE seeking AS
        SELECT p.*, replace(p.holder, ' ', '') AS holder_key, right(p.acct_key, 6) AS acct_end, w.line_ref
        FROM payout p JOIN line_ref w ON w.pid = p.pid JOIN decided v ON v.pid = p.pid
        WHERE p.judged AND p.account_channel
          AND v.verdict IN ('missing', 'pending', 'failed', 'unconfirmed')""")
    for side, number in (("seeking", "pid"), ("ownerless", "uid")):
        keys = " UNION ALL ".join(f"SELECT {number}, {key} AS shared FROM {side}" for key in _KEYS[side])  # noqa: S608  # ours
        engine.execute(f"CREATE TABLE {side}_key AS SELECT * FROM ({keys}) WHERE shared IS NOT NULL")  # noqa: S608  # ours
    engine.execute(f"""
        CREATE TABLE likely AS
        SELECT DISTINCT p.pid, u.uid
        FROM (SELECT shared FROM
                (SELECT shared, count(*) AS lines FROM seeking_key GROUP BY shared) p
                JOIN (SELECT shared, count(*) AS lines FROM ownerless_key GROUP BY shared) u USING (shared)
              WHERE p.lines * u.lines <= {MOST_PAIRS}) k
        JOIN seeking_key p USING (shared) JOIN ownerless_key u USING (shared)""")  # noqa: S608  # a number
    return engine.table(f"""
        SELECT line_ref, file, line, score, compared FROM (
          SELECT *, row_number() OVER (PARTITION BY line_ref ORDER BY score DESC, file, line) AS nth FROM (
            SELECT line_ref, file, line,
                   CAST(round({WEIGHTS["name"]} * name + {WEIGHTS["account"]} * account
                        + {WEIGHTS["amount"]} * amount
                        + {WEIGHTS["citizen_id"]} * citizen) AS INTEGER) AS score,
                   concat_ws(';', 'name=' || CAST(floor(name * 100 + 0.5) / 100 AS string),
                             'account=' || CAST(floor(account * 100 + 0.5) / 100 AS string),
                             'amount=' || CAST(amount AS string),
                             'citizen_id=' || CAST(citizen AS string)) AS compared
            FROM (
              SELECT p.line_ref, u.file, u.line,
                     CASE WHEN u.name_key = '' OR p.holder_key = '' THEN 0
                          ELSE likeness(p.holder_key, u.name_key) END AS name,
                     CASE WHEN u.acct_key = '' OR p.acct_key = '' THEN 0
                          ELSE greatest(0, 1 - levenshtein(p.acct_key, u.acct_key) / 4) END AS account,
                     CASE WHEN p.amount = u.amount THEN 1 ELSE 0 END AS amount,
                     CASE WHEN u.citizen_id <> '' AND p.citizen_id = u.citizen_id THEN 1 ELSE 0 END AS citizen
              FROM likely b JOIN seeking p ON p.pid = b.pid JOIN ownerless u ON u.uid = b.uid
              WHERE NOT EXISTS (SELECT 1 FROM apart a WHERE a.pid = b.pid AND a.uid = b.uid)))
          WHERE score >= {LEAST_SCORE})
        WHERE nth <= {MOST_A_LINE}
        ORDER BY line_ref, score DESC, file, line""")  # noqa: S608  # numbers and conditions are ours
