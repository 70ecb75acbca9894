"""The judgement stands alone: it needs duckdb, pyarrow and numpy, and nothing of the service."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDED = {"duckdb", "numpy", "pyarrow"}

ALONE = """
import sys

BLOCKED = {blocked!r}


class Absent:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ImportError(f"{{name}} is not installed here")


sys.meta_path.insert(0, Absent)

import datetime as dt

import pyarrow as pa

from reconciliation import reconcile

result = reconcile(
    pa.table({{"line_ref": ["A1"], "amount": [1050], "full_name": ["Jane Wanjiku"]}}),
    pa.table({{
        "file": ["b.csv"], "line": [1], "status": ["settled"], "amount": [1050], "end_to_end_id": ["A1"],
    }}),
    as_of=dt.date(2026, 11, 24),
    language="en",
)
print(result.verdicts["verdict"].to_pylist(), sorted(BLOCKED & set(sys.modules)))
"""


def blocked() -> set[str]:
    """The names under which the dependencies of the service, but for the few, are imported."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[\[<>=!~; ]", each, maxsplit=1)[0] for each in project["dependencies"]}
    spelled = {"python-calamine": "python_calamine", "python-multipart": "multipart", "pyyaml": "yaml"}
    return {spelled.get(each, each.replace("-", "_")) for each in named - NEEDED} | {"payouts"}


def test_it_runs_where_nothing_of_the_service_can_be_imported() -> None:
    names = blocked()
    assert {"fastapi", "sqlalchemy", "lxml", "pandas", "yaml", "holidays", "payouts"} <= names
    script = ALONE.format(blocked=names)
    done = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split("\n")[0] == "['paid'] []"
