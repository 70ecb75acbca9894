"""Settlement lines through the database to stored verdicts, beside pandas' own way to do it.

    python benchmarks/database_speed.py --lines 300000               from the upload on, on SQLite
    python benchmarks/database_speed.py --lines 3000000 --stored     from facts that stand in the database
    python benchmarks/database_speed.py --lines 3000000 --stored --postgresql

Each round works on a database of its own; the payout list stands in it before the clock starts, with --stored
the settlement lines, too.
"""

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

import make_data
from databases import make, postgresql
from measuring import alternate, measure, report
from sqlalchemy import URL

HERE = Path(__file__).parent


def main() -> None:
    """Measure both in turn at the size that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--mix", choices=make_data.MIXES, default="real")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stored", action="store_true", help="the facts stand in the database already")
    parser.add_argument("--postgresql", action="store_true", help="with --stored: on a PostgreSQL of its own")
    asked = parser.parse_args()
    data = str(make_data.at(asked.lines, asked.mix))
    with tempfile.TemporaryDirectory() as work, contextlib.ExitStack() as held:
        stored = []
        if asked.stored:
            url = _filled(data, work, held.enter_context(postgresql()) if asked.postgresql else None)
            stored = ["--stored", url]
        runs = alternate(
            {
                "chitra": [sys.executable, str(HERE / "through_chitra.py"), data, work, *stored],
                "naive pandas": [sys.executable, str(HERE / "through_pandas.py"), data, work, *stored],
            },
            asked.rounds,
            inner=Path(work) / "seconds",
        )
    where = "PostgreSQL" if asked.postgresql else "SQLite"
    since = "facts stored" if asked.stored else "upload"
    print(f"\n{asked.lines:,} payout lines, mix {asked.mix}, {where}, {asked.rounds} rounds in turn")
    print(f"seconds from {since} to stored verdicts; processor and memory are of the whole process")
    report(runs, "naive pandas", "chitra")


def _filled(data: str, work: str, server: URL | None) -> str:
    """Make a database with the facts in it."""
    if server is None:
        url = URL.create("sqlite", database=str(Path(work) / "facts.sqlite3"))
    else:
        url = server.set(database="facts")
        make(url)
    given = url.render_as_string(hide_password=False)
    measure([sys.executable, str(HERE / "through_chitra.py"), data, work, "--keep", given])
    return given


if __name__ == "__main__":
    main()
