"""A real Spark cluster on this machine, a worker of which is killed in mid-run: the answer stays the same.

    python benchmarks/spark_cluster.py --lines 300000

Starts a standalone master and two workers from pyspark's own jars on 127.0.0.1, judges a hard cycle from
Parquet to Parquet with DuckDB and on the cluster, kills a worker while the cluster is at work, compares every
row, and prints both times. --whole lets all workers live.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import duckdb
import make_parquet
import pyspark

HERE = Path(__file__).parent
HOME = Path(pyspark.__file__).parent
HOST, PORT, PAGES = "127.0.0.1", 17077, 18080
ANSWERS = ("verdicts", "dispositions", "suggestions")
TABLES = 200  # about so many tables are written in a run


def main() -> None:
    """Run once with DuckDB and once on the cluster, and hold one against the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--mix", choices=("real", "hard"), default="hard")
    parser.add_argument(
        "--kill-after", type=float, default=0.3, help="share of the tables after which to kill"
    )
    parser.add_argument("--whole", action="store_true", help="kill nobody")
    asked = parser.parse_args()
    data = make_parquet.at(asked.lines, asked.mix)
    with tempfile.TemporaryDirectory() as folder:
        here, there, shared = (Path(folder) / name for name in ("duckdb", "spark", "shared"))
        shared.mkdir()
        alone = timed([str(data), str(here)], {})
        master, workers = start(Path(folder))
        try:
            after = None if asked.whole else int(asked.kill_after * TABLES)
            killer = threading.Thread(target=kill_one, args=(workers, shared, after), daemon=True)
            killer.start()
            settings = f"--conf spark.checkpoint.dir={shared} --conf spark.driver.host={HOST} pyspark-shell"
            spark = timed(
                [str(data), str(there), f"spark=spark://{HOST}:{PORT}"],
                {"PYSPARK_SUBMIT_ARGS": settings, "PYSPARK_PYTHON": sys.executable},
            )
            dead = sum(worker.poll() is not None for worker in workers)
        finally:
            for process in (*workers, master):
                process.kill()
        different = {name: rows_that_differ(here, there, name) for name in ANSWERS}
    print(f"{asked.lines:,} payout lines, mix {asked.mix}; workers killed: {dead} of {len(workers)}")
    print(f"DuckDB {alone:.1f} s, Spark {spark:.1f} s: {spark / alone:.1f} times as long")
    print(f"rows that differ: {different}")
    if any(different.values()) or dead != (0 if asked.whole else 1):
        sys.exit("the answers differ, or nobody was killed in time")


def timed(words: list[str], more: dict[str, str]) -> float:
    """Run a judgement as a process of its own and say how many seconds it took."""
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, str(HERE / "through_parquet.py"), *words], env=os.environ | more, check=True
    )
    return time.perf_counter() - begun


def start(folder: Path) -> tuple[subprocess.Popen[bytes], list[subprocess.Popen[bytes]]]:
    """Start a master and two workers, and wait until both have signed on."""
    java = ["java", "-cp", str(HOME / "jars" / "*"), "-Xmx1g"]
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    quiet["env"] = os.environ | {"SPARK_HOME": str(HOME), "SPARK_SCALA_VERSION": "2.13"}
    kind = "org.apache.spark.deploy"
    ports = ["--host", HOST, "--port", str(PORT), "--webui-port", str(PAGES)]
    master = subprocess.Popen([*java, f"{kind}.master.Master", *ports], **quiet)
    wait_for(lambda: status() is not None)
    workers = []
    for number in (1, 2):
        work = folder / f"worker-{number}"
        own = ["--cores", "1", "--memory", "3g", "--work-dir", str(work), "--host", HOST, "--webui-port", "0"]
        command = [*java, f"{kind}.worker.Worker", *own, f"spark://{HOST}:{PORT}"]
        workers.append(subprocess.Popen(command, start_new_session=True, **quiet))
    wait_for(lambda: "Workers:</strong> 2" in (status() or ""))
    return master, workers


def status() -> str | None:
    """Give the master's page, None while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{PAGES}", timeout=5) as page:
            return str(page.read(), "utf-8")
    except OSError:
        return None


def wait_for(what: object, seconds: float = 120) -> None:
    """Wait until something holds."""
    begun = time.monotonic()
    while not what():  # type: ignore[operator]  # a function without arguments
        if time.monotonic() - begun > seconds:
            sys.exit("the cluster did not start")
        time.sleep(0.5)


def kill_one(workers: list[subprocess.Popen[bytes]], shared: Path, after: int | None) -> None:
    """Kill the first worker and what it started, once so many tables are written."""
    while after is not None:
        if sum(1 for _ in shared.glob("chitra-*/*")) >= after:
            os.killpg(workers[0].pid, signal.SIGKILL)
            return
        time.sleep(0.2)


def rows_that_differ(here: Path, there: Path, name: str) -> int:
    """Count rows that stand in one answer only; the names of folders are columns, the order says nothing."""
    mine, theirs = (duckdb.read_parquet(f"{at}/{name}/**/*.parquet") for at in (here, there))
    theirs = theirs.select(*mine.columns)
    return len(mine.except_(theirs)) + len(theirs.except_(mine)) + abs(len(mine) - len(theirs))


if __name__ == "__main__":
    main()
