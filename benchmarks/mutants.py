"""Changes the judgement, its SQL too, in one place at a time, and asks whether a test notices.

python benchmarks/mutants.py --sample 200 --seed 1
python benchmarks/mutants.py --only returns.sql
"""

import argparse
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd  # noqa: F401  # warm before the first fork, as all that the judgement imports
import pytest
import yaml

from benchmarks.mutations import Mutant, mutants
from tests.reconciliation.suite import Question, ask, questions

ROOT = Path(__file__).parents[1]
PACKAGE = "reconciliation"
NOT_THE_JUDGEMENT = (
    "__init__.py",
    "spark.py",
    "statements.py",
    "parquet.py",
)  # what hands on, or needs a cluster
KILLED, SURVIVED, STILLBORN = 1, 0, 3  # how a process that tried a mutant ends
MOST_SECONDS = 120  # of the processor; a mutant that takes more is killed by its slowness
# Small tests that are asked when the exam found nothing, by what was changed.
TESTS = {
    "duckdb.py": ("test_parquet.py",),
    "sums.py": ("test_sums.py",),
    "rules.py": ("test_rules.py",),
    "names.sql": ("test_names.py",),
    "decisions.sql": ("test_decisions.py",),
    "apart.sql": ("test_decisions.py",),
    "pairing_size.sql": ("test_decisions.py",),
    "checking.py": ("test_checking.py", "test_bounds.py"),
    "ordering.py": ("test_folding.py", "test_bounds.py"),
    "opening.py": ("test_folding.py",),
    "translate.py": ("test_translate.py",),
    "prepare.py": ("test_results.py", "test_rules.py", "test_decisions.py", "test_folding.py"),
    "normalise.py": ("test_names.py", "test_folding.py"),
    "matching.py": ("test_rules.py", "test_decisions.py", "test_bounds.py"),
    "returns_near.sql": ("test_returns.py", "test_bounds.py"),
    "returns_alone.sql": ("test_returns.py", "test_bounds.py"),
    "reference_sum.sql": ("test_bounds.py",),
}
USUAL_TESTS = ("test_results.py", "test_returns.py", "test_decisions.py")
# A change that does not run at all is no mutant.
DOES_NOT_RUN = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, SyntaxError)


def main() -> None:
    """Try the mutants that were asked for; print a row a file and the survivors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sample", type=int, help="so many of all, chosen by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], help="files whose name has this in it")
    parser.add_argument("--quick", action="store_true", help="the exam only, no small tests")
    parser.add_argument("--little", action="store_true", help="the first question of the exam only")
    parser.add_argument("--jobs", type=int, default=1, help="mutants tried at once")
    parser.add_argument("--must-die", action="store_true", help="the few of mutants_must_die.yaml")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / PACKAGE
        shutil.copytree(ROOT / PACKAGE, place, ignore=shutil.ignore_patterns("__pycache__"))
        sys.dont_write_bytecode = True
        chosen = _must_die(place) if asked.must_die else _chosen(place, asked.only, asked.sample, asked.seed)
        exam = list(questions(little=asked.must_die or asked.little))
        ends = _try_all(
            place, chosen, exam, tested=not (asked.quick or asked.little or asked.must_die), jobs=asked.jobs
        )
    survivors = _report(chosen, ends)
    sys.exit(1 if asked.must_die and survivors else 0)


def _chosen(place: Path, only: Sequence[str], sample: int | None, seed: int) -> list[Mutant]:
    files = sorted(
        str(path.relative_to(place))
        for path in place.rglob("*")
        if path.suffix in {".py", ".sql"} and path.name not in NOT_THE_JUDGEMENT
    )
    made = [
        m for file in files if not only or any(part in file for part in only) for m in mutants(place, file)
    ]
    if sample is None or sample >= len(made):
        return made
    return sorted(random.Random(seed).sample(made, sample), key=lambda m: (m.file, m.line))


def _must_die(place: Path) -> list[Mutant]:
    """Make the few mutants that are known to matter."""
    text = (ROOT / "benchmarks" / "mutants_must_die.yaml").read_text(encoding="utf-8")
    made = []
    for each in yaml.safe_load(text):
        whole = (place / each["file"]).read_text(encoding="utf-8")
        if whole.count(each["was"]) != 1:
            sys.exit(f"{each['file']} does not hold once: {each['was']}")
        mutated = whole.replace(each["was"], each["now"])
        line = whole.count("\n", 0, whole.index(each["was"])) + 1
        made.append(Mutant(each["file"], line, each["was"], each["now"], mutated))
    return made


def _try_all(
    place: Path, chosen: Sequence[Mutant], exam: Sequence[Question], *, tested: bool, jobs: int
) -> list[int]:
    every = sorted({test for tests in (*TESTS.values(), USUAL_TESTS) for test in tests})
    whole = Mutant("rules.py", 0, "", "", (place / "rules.py").read_text(encoding="utf-8"))
    patience = MOST_SECONDS * max(1, len(every))  # what a mutant may take, for each of all tests
    ends, running = {-1: SURVIVED}, {_start(place, whole, exam, every if tested else (), patience): -1}
    start = time.perf_counter()
    for number, mutant in enumerate(chosen):
        while len(running) >= jobs or -1 in running.values():
            _wait(running, ends, chosen)
        if ends[-1] != SURVIVED:
            sys.exit("the judgement as it stands does not pass: nothing to learn from its mutants")
        tests = TESTS.get(Path(mutant.file).name, USUAL_TESTS) if tested else ()
        running[_start(place, mutant, exam, tests)] = number
        if number and number % 50 == 0:
            passed = time.perf_counter() - start
            print(f"... {number} of {len(chosen)} in {passed:.0f} s", file=sys.stderr, flush=True)
    while running:
        _wait(running, ends, chosen)
    return [ends[number] for number in range(len(chosen))]


def _wait(running: dict[int, int], ends: dict[int, int], chosen: Sequence[Mutant]) -> None:
    """Wait for one process to end, and tell of a survivor."""
    child, status = os.wait()
    number = running.pop(child)
    ends[number] = os.WEXITSTATUS(status) if os.WIFEXITED(status) else KILLED
    if number >= 0 and ends[number] == SURVIVED:
        mutant = chosen[number]
        print(f"survived {mutant.file}:{mutant.line}\n  - {mutant.was}\n  + {mutant.now}", flush=True)


def _start(
    place: Path, mutant: Mutant, exam: Sequence[Question], tests: Sequence[str], seconds: int = MOST_SECONDS
) -> int:
    """Put a mutant to the exam, in a copy and a process of its own; give the process."""
    child = os.fork()
    if child:
        return child
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / PACKAGE
        shutil.copytree(place, own)
        (own / mutant.file).write_text(mutant.text, encoding="utf-8")
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        try:
            end = _exam(own, exam, tests)
        except DOES_NOT_RUN:
            end = STILLBORN
        except BaseException:  # noqa: BLE001  # whatever breaks has been noticed
            end = KILLED
    os._exit(end)


def _exam(place: Path, exam: Sequence[Question], tests: Sequence[str]) -> int:
    sys.path.insert(0, str(place.parent))
    for name in [name for name in sys.modules if name.split(".")[0] in {PACKAGE, "tests"}]:
        del sys.modules[name]
    for question in exam:
        if any(ask(question)):
            return KILLED
    paths = [str(ROOT / "tests" / PACKAGE / test) for test in tests]
    quiet = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    return KILLED if paths and pytest.main([*quiet, *paths]) != pytest.ExitCode.OK else SURVIVED


def _report(chosen: Sequence[Mutant], ends: Sequence[int]) -> int:
    """Print how many died, file by file; give how many survived and are not known to be equivalent."""
    known = (
        yaml.safe_load((ROOT / "benchmarks" / "mutants_equivalent.yaml").read_text(encoding="utf-8")) or []
    )
    equivalent = {(each["file"], each["was"], each["now"]) for each in known}
    count: dict[str, Counter[str]] = {}
    for mutant, end in zip(chosen, ends, strict=True):
        what = {KILLED: "killed", STILLBORN: "stillborn"}.get(end, "survived")
        if what == "survived" and (mutant.file, mutant.was, mutant.now) in equivalent:
            what = "equivalent"
        count.setdefault(mutant.file, Counter())[what] += 1
    for file, of_file in [*sorted(count.items()), ("all", sum(count.values(), Counter()))]:
        share = of_file["killed"] / ((of_file["killed"] + of_file["survived"]) or 1)
        print(
            f"{file:<32} killed {of_file['killed']:4}  survived {of_file['survived']:4}  equivalent"
            f" {of_file['equivalent']:4}  does not run {of_file['stillborn']:4}   {share:6.1%}"
        )
    return sum(of_file["survived"] for of_file in count.values())


if __name__ == "__main__":
    main()
