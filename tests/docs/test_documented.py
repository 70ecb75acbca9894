"""Holds the documentation to the code: what there is, is named, and what is named, is there."""

import ast
import csv
import functools
import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
import typer
from typer.testing import CliRunner

from payouts.api.app import create_app
from payouts.api.problem_types import problem_types
from payouts.cases.rules import DAYS_TO_ACT, OUTCOMES, STATES, table_of_moves
from payouts.cli.main import app
from payouts.core import limits
from payouts.core.problems import problem_kinds
from payouts.core.settings import Settings, get_settings
from payouts.core.terms import VERDICT_TERMS
from payouts.identity.rules import ROLES, permissions
from payouts.identity.sessions import MOST_FAILURES
from payouts.lists.lines import LIST_LINES
from payouts.settlements.controls import controls
from payouts.settlements.profiles import profiles, read_profile
from payouts.settlements.rules import COUNTING, KINDS
from payouts.web.labels import FILE_STATES
from payouts.web.words import translations
from reconciliation.rules import STEPS
from reconciliation.tables import (
    CHANNELS,
    DIFFERENCES,
    DISPOSITION_COLUMNS,
    DISPOSITIONS,
    STATUSES,
    SUGGESTION_COLUMNS,
    VERDICT_COLUMNS,
    VERDICTS,
)

if TYPE_CHECKING:
    from payouts.core.database import Database

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NOT_SETTINGS = frozenset({"CHITRA_TODAY"})  # of the clock, for demonstrations


def text_of(*parts: str) -> str:
    return (REFERENCE.joinpath(*parts)).read_text(encoding="utf-8")


def rows_of(text: str) -> list[list[str]]:
    """Give the cells of every row of every table."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not set(line) <= set("|-: ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def row_of(text: str, first: str) -> str:
    """Give the first row whose first cell is the name in code type."""
    return next(" | ".join(cells) for cells in rows_of(text) if cells[0] == f"`{first}`")


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Give every command below a command or group, with its whole name."""
    for word, below in getattr(command, "commands", {}).items():
        yield from commands(below, f"{name} {word}")
    if not hasattr(command, "commands"):
        yield name, command


COMMANDS = dict(commands(typer.main.get_command(app), "chitra"))


def options(command: Any) -> set[str]:
    return {
        name
        for each in command.params
        if each.param_type_name == "option"
        for name in (*each.opts, *each.secondary_opts)
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_and_option_has_its_words(name: str) -> None:
    sections = re.split(r"^### ", text_of("commands.md"), flags=re.MULTILINE)[1:]
    own = [each for each in sections if re.search(rf"`{name}[` ]", each.partition("\n")[0])]
    assert own, f"{name} has no section"
    missing = {option for option in options(COMMANDS[name]) if not re.search(rf"`{option}[` ]", own[0])}
    assert not missing


def shell_lines(text: str) -> Iterator[str]:
    for language, block in FENCE.findall(text):
        if language == "sh":
            yield from block.replace("\\\n", " ").splitlines()


def called(words: list[str]) -> str | None:
    """Find the command that words name; None where they name a group, or are no call at all."""
    for length in (3, 2):
        name = " ".join(words[:length])
        if name in COMMANDS:
            return name
    return None


def calls(text: str) -> Iterator[list[str]]:
    """Give every call of chitra in shell blocks and in code type."""
    for line in shell_lines(text):
        for part in re.split(r"&&|\|\||;|\|", re.sub(r"\$\([^)]*\)", "x", line)):
            words = shlex.split(part, comments=True)
            at = next((place for place, word in enumerate(words) if Path(word).name == "chitra"), None)
            if at is not None and words[at + 1 :]:
                yield ["chitra", *words[at + 1 :]]
    for code in INLINE.findall(FENCE.sub("", text)):
        if code.startswith("chitra "):
            yield code.split()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_text_exist(page: Path) -> None:
    groups = {name.split()[1] for name in COMMANDS if len(name.split()) > 2}
    wrong = []
    for words in calls(page.read_text(encoding="utf-8")):
        name = called(words)
        if name is None:
            if words[1:] and words[1] not in groups | {"--help"}:
                wrong.append(" ".join(words))
            continue
        given = {word.partition("=")[0] for word in words if word.startswith("--") and word != "--help"}
        if given - options(COMMANDS[name]):
            wrong.append(" ".join(words))
    assert not wrong


def test_the_tutorial_says_what_the_commands_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("CHITRA_LANGUAGE", "en")
    get_settings.cache_clear()
    page = (DOCS / "tutorial" / "first-reconciliation.md").read_text(encoding="utf-8")
    said = ""
    for words in calls(page):
        if words[1] in {"match", "check"} and len(words) > 2:
            result = CliRunner().invoke(app, [str(tmp_path) if word == "out" else word for word in words[1:]])
            assert result.exit_code == 0
            said += result.output
    get_settings.cache_clear()
    told = [line.rstrip() for line in said.splitlines()]
    shown = [block for language, block in FENCE.findall(page) if language == "text"][:2]
    assert not [line for line in "".join(shown).splitlines() if line not in told]
    assert "The bank says the money was returned on 22/11/2026" in (tmp_path / "verdicts.csv").read_text()


def test_readme_holds_two_blocks_and_the_second_passes_the_tests() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = [block for language, block in FENCE.findall(readme) if language == "sh"]
    assert len(blocks) == 2
    demo, tests = blocks
    assert "chitra demo" in demo
    marked = re.search(r"<!-- test-command -->\n```sh\n(.*?)```\n<!-- /test-command -->", readme, re.DOTALL)
    assert marked
    assert marked[1] == tests
    assert ".venv" in tests
    assert "[dev]" in tests
    assert tests.rstrip().endswith(".venv/bin/pytest -n auto --maxprocesses 4 --dist loadscope")


def test_each_setting_has_its_row_and_no_other_is_named() -> None:
    rows = {cells[0].strip("`"): cells for cells in rows_of(text_of("settings.md"))}
    settings = {f"CHITRA_{name.upper()}": field for name, field in Settings.model_fields.items()}
    assert settings.keys() <= rows.keys()
    for name, field in settings.items():
        if field.default is not None:
            assert str(field.default).lower() in rows[name][1].lower(), name
    named = {
        name for page in PAGES for name in re.findall(r"CHITRA_[A-Z_]+", page.read_text(encoding="utf-8"))
    }
    assert named - NOT_SETTINGS <= settings.keys()


def test_each_limit_is_told_as_it_is() -> None:
    told = " ".join(cells[1] for cells in rows_of(text_of("settings.md").partition("## Limits")[2]))
    named = (
        limits.LONGEST_NOTE,
        limits.LONGEST_NAME,
        limits.LARGEST_JSON // 1024,
        limits.LARGEST_PAGE,
        limits.USUAL_PAGE,
        limits.LONGEST_WAIT_SECONDS,
        limits.SENDER_SECONDS,
        limits.SENDER_BYTES // 1024,
        limits.HEADERS_SECONDS,
        limits.LARGEST_UNZIP_RATIO,
        limits.SHORTEST_PASSWORD,
        limits.LONGEST_PASSWORD,
        MOST_FAILURES,
    )
    assert not {number for number in named if not re.search(rf"\b{number:,}\b", told)}


def test_each_verdict_has_its_row_with_the_word_on_screen() -> None:
    for name in VERDICTS:
        assert VERDICT_TERMS[name]["vi"] in row_of(text_of("verdicts.md"), name)


@pytest.mark.parametrize("name", [*DISPOSITIONS, *DIFFERENCES, *STATUSES])
def test_each_disposition_difference_and_status_has_its_row(name: str) -> None:
    assert any(cells[0] == f"`{name}`" for cells in rows_of(text_of("verdicts.md")))


def test_each_matching_rule_is_told() -> None:
    assert not {step for step in STEPS if f"`{step}`" not in text_of("matching.md")}


def test_each_column_that_goes_in_or_comes_out_is_told() -> None:
    columns = {
        *VERDICT_COLUMNS,
        *DISPOSITION_COLUMNS,
        *SUGGESTION_COLUMNS,
        *LIST_LINES.names,
        *profiles()["chitra"].layout.headings.values(),
    }
    named = {cells[0].strip("`") for cells in rows_of(text_of("files.md"))}
    assert columns - named <= {"row", "unused"}  # a number, and columns that nobody reads
    assert not {channel for channel in CHANNELS if f"`{channel}`" not in text_of("files.md")}


def test_each_profile_is_named() -> None:
    for name in profiles():
        assert row_of(text_of("formats.md"), name)


def test_the_example_of_a_profile_is_a_profile() -> None:
    page = (DOCS / "how-to" / "add-a-bank-layout.md").read_text(encoding="utf-8")
    [example] = [block for language, block in FENCE.findall(page) if language == "yaml"]
    assert read_profile("example", example).bank == "VCB"


def test_the_page_of_problem_codes_is_what_the_table_says() -> None:
    place = ROOT / "tools" / "problem_codes.py"
    spec = importlib.util.spec_from_file_location("problem_codes", place)
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = text_of("problem-codes.md")
    assert page == tool.page(), "run: .venv/bin/python tools/problem_codes.py"
    assert {cells[0].strip("`") for cells in rows_of(page)} - {"code"} == problem_kinds().keys()


def test_each_state_and_outcome_of_a_case_is_told() -> None:
    page = text_of("cases.md")
    for state, shown in STATES.items():
        row = row_of(page, state)
        assert shown in row
        assert {name for name in STATES if f"`{name}`" in row} == {
            state,
            *(after for before, after in table_of_moves() if before == state),
        }
    for name, outcome in OUTCOMES.items():
        assert outcome.vi in row_of(page, name)
    for cells in rows_of(page):
        for verdict in re.findall(r"`(\w+)`", cells[0]):
            if verdict in DAYS_TO_ACT:
                assert cells[2] == str(DAYS_TO_ACT[verdict])


def test_each_control_standing_and_decision_is_told_as_it_is() -> None:
    page = text_of("controls.md")
    for name, control in controls().items():
        cells = row_of(page, name).split(" | ")
        assert (cells[1], cells[2]) == ("✓" if control.contract else "", control.action)
        assert re.findall(r"`(\w+)`", cells[4]) == list(control.codes)
    words = translations("vi").gettext
    for name, (_, shown) in FILE_STATES.items():
        cells = row_of(page, name).split(" | ")
        assert (cells[1], cells[2][:1]) == (words(shown), "✓" if name in COUNTING else "")
    for name, kind in KINDS.items():
        cells = row_of(page, name).split(" | ")
        assert (cells[2] == "two people") == kind.two_people
        assert kind.becomes is None or f"`{kind.becomes}`" in cells[3]


def test_the_table_of_permissions_is_the_one_in_force() -> None:
    page = text_of("roles.md")
    rows = rows_of(page)
    assert [cell.strip("`") for cell in rows[0][1:]] == list(ROLES)
    told = {
        cells[0].split("`")[1]: frozenset(
            role for role, mark in zip(ROLES, cells[1:], strict=True) if mark == "✓"
        )
        for cells in rows
        if cells[0].startswith("`")
    }
    assert told == permissions()


@functools.cache
def described() -> dict[str, Any]:
    return create_app(Settings(), database=cast("Database", object())).openapi()


def api_calls() -> dict[str, set[str]]:
    """Give every call of the API with the names of its query parameters."""
    return {
        f"{method.upper()} {path}": {
            each["name"] for each in call.get("parameters", ()) if each["in"] == "query"
        }
        for path, calls_of_path in described()["paths"].items()
        for method, call in calls_of_path.items()
    }


def test_each_call_of_the_api_is_told_with_its_parameters() -> None:
    there = api_calls()
    told = {
        match[1]: cells[0]
        for cells in rows_of(text_of("http-api.md"))
        if (match := re.match(r"`((?:GET|POST|PATCH|PUT|DELETE) [^`]+)`", cells[0]))
    }
    assert told.keys() == there.keys()
    for call, parameters in there.items():
        if not call.endswith("/check"):  # it has those of the call above it
            words = set(re.findall(r"[?&](\w+)=", " ".join(rows_with(call))))
            assert parameters <= words, call


@pytest.mark.parametrize("shape", ["FileReceipt", "Identity", "CasePatch"])
def test_each_field_of_the_common_answers_is_told(shape: str) -> None:
    page = re.sub(r'[`"]', "`", text_of("http-api.md"))
    fields = described()["components"]["schemas"][shape]["properties"]
    assert not {name for name in fields if f"`{name}`" not in page}


def rows_with(call: str) -> list[str]:
    return [" ".join(cells) for cells in rows_of(text_of("http-api.md")) if cells[0].startswith(f"`{call}`")]


def codes_in_the_code() -> set[str]:
    """Find the codes of all errors that the service makes: the literal first, or second, value."""
    found = set()
    for path in (ROOT / "payouts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (code := code_of(node)):
                found.add(code)
    return found


def code_of(call: ast.Call) -> str | None:
    name = getattr(call.func, "id", "")
    at = {"ProtocolError": 1}.get(name, 0)
    known = name.endswith("Error") and name not in {"ValueError", "AssertionError", "UnreadableError"}
    value = call.args[at] if known and len(call.args) > at else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def test_each_problem_type_is_told_and_no_other() -> None:
    errors = text_of("http-api.md").partition("## Errors")[2]
    told = {code for cells in rows_of(errors) for code in re.findall(r"`([a-z_]+)`", cells[0])}
    assert codes_in_the_code() <= told
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "payouts").rglob("*.py"))
    assert not {code for code in told if f'"{code}"' not in source}


def test_each_problem_type_with_a_page_is_told_with_its_status() -> None:
    told = {
        code: cells[1]
        for cells in rows_of(text_of("http-api.md").partition("## Errors")[2])
        for code in re.findall(r"`([a-z_]+)`", cells[0])
    }
    assert not {code for code, each in problem_types().items() if told.get(code) != each.status}


def test_each_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=!~; ]", each, maxsplit=1)[0].lower() for each in declared}
    page = (DOCS / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    assert not {name for name in names if not any(cells[0] == f"`{name}`" for cells in rows_of(page))}


def anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", re.sub(LINK, r"", heading).lower()).strip().replace(" ", "-")
        for heading in headings
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"https?:|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_every_page_is_reached_from_the_first() -> None:
    seen: set[Path] = set()
    waiting = [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = LINK.findall(page.read_text(encoding="utf-8"))
        waiting += [
            target for link in links if (target := (page.parent / link.partition("#")[0]).resolve()).is_file()
        ]
    assert not {page for page in DOCS.rglob("*.md") if page.resolve() not in seen}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_in_the_text_exist(page: Path) -> None:
    rooms = {place.name for place in (ROOT / "payouts").iterdir() if place.is_dir()}
    tops = {"payouts", "reconciliation", "tests", "tools", "fixtures", "docs", "benchmarks"}
    missing = []
    for code in INLINE.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        first, _, rest = code.partition("/")
        if not re.fullmatch(r"[\w./-]+", code) or "NAME" in code or not rest:
            continue
        inside = (ROOT / code).exists() or (ROOT / "payouts" / code).exists()
        if (first in tops or first in rooms) and not inside:
            missing.append(code)
    assert not missing


def test_the_guide_for_wards_uses_the_words_on_the_screen() -> None:
    guide = " ".join((DOCS / "vi" / "huong-dan-can-bo.md").read_text(encoding="utf-8").split())
    assert not {term["vi"] for term in VERDICT_TERMS.values() if f"**{term['vi']}**" not in guide}
    assert not {outcome.vi for outcome in OUTCOMES.values() if outcome.by_hand and outcome.vi not in guide}


def test_severities_of_problems_are_the_three_that_are_told() -> None:
    with (ROOT / "payouts" / "core" / "problems.csv").open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    assert {row["severity"] for row in rows} == {"warning", "quarantine", "refuse"}
