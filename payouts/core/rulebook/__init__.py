"""The rules by which runs judge, as data: versions in YAML files, each valid from a day.

One version comes with the service. An administrator adds more in the folder `rules` of the data folder, or
where CHITRA_RULES says. While a file there is broken no run starts: nobody could know which version holds.
"""

import datetime as dt
import functools
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path

from payouts.core.calendar import USUAL
from payouts.core.quick import quick_settings
from payouts.core.rulebook.checking import Checked, RuleFileError, made_dates
from payouts.core.rulebook.dates import Dates, MonthDay
from payouts.core.yamlfile import SeenFiles, files_in, read_text
from reconciliation.rules import Rules

__all__ = [
    "RuleBook",
    "RuleFileError",
    "changed_values",
    "read_rule_file",
    "read_rules",
    "rule_books",
    "rules_in_force",
    "shipped_rules",
]

_USUAL_DATES = Dates(MonthDay(25, -1), None, USUAL)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """One version of the rules.

    Attributes:
        version: its name
        valid_from: the first day of which a question is answered by it
        note: who decided, by which document
        matching: the rules of the judgement
        dates: when cycles open and end, "" for every programme, else by programme
        text: the file as it stands
        source: the file, None where it comes with the service
    """

    version: str
    valid_from: dt.date
    note: str
    matching: Rules
    dates: Mapping[str, Dates]
    text: str
    source: Path | None = None

    @property
    def hash(self) -> str:
        """Give the SHA-256 of the text, by which two versions of one name are told apart."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def said(self, programmes: Iterable[str] = ()) -> dict[str, str]:
        """Write what it says of every programme and of some: flat names of keys -> values as in YAML."""
        told = {f"matching.{each.name}": getattr(self.matching, each.name) for each in fields(Rules)}
        for programme in ("", *programmes):
            path = f"programmes.{programme}" if programme else "dates"
            told |= {f"{path}.{key}": value for key, value in self.dates_of(programme).said().items()}
        return {key: _written(value) for key, value in told.items()}

    def dates_of(self, programme: str) -> Dates:
        """Give the dates of a programme, e.g. BTXH."""
        return self.dates.get(programme, self.dates[""])


def read_rules(name: str, text: str, source: Path | None = None) -> RuleBook:
    """Read and check one version of the rules.

    Args:
        name: of the file, for messages
        text: YAML
        source: the file, None where it comes with the service or from a run

    Raises:
        RuleFileError: it cannot be so; the message names the key, its line and how to mend it
    """
    asked = Checked(name, text)
    said = asked.dates()
    usual = made_dates(said.pop(""), _USUAL_DATES)
    dates = {"": usual, **{programme: made_dates(each, usual) for programme, each in said.items()}}
    return RuleBook(
        asked.version(), asked.valid_from(), asked.note(), asked.rules(), dates, text, source
    )  # fmt: skip


def read_rule_file(path: Path) -> RuleBook:
    """Read and check a file that somebody names.

    Raises:
        RuleFileError: there is none, or it cannot be so
    """
    try:
        size = path.stat().st_size
    except OSError:
        raise RuleFileError(
            f"{path}: không có tệp này. Hãy kiểm tra đường dẫn.", f"{path}: no such file. Check the path."
        ) from None
    return read_rules(path.name, read_text(path, size, RuleFileError), path)


@functools.cache
def shipped_rules() -> RuleBook:
    """Give the version that comes with the service."""
    file = resources.files("payouts.core.rulebook") / "chitra.yaml"
    return read_rules("chitra.yaml", file.read_text(encoding="utf-8"))


def rule_books() -> tuple[list[RuleBook], Mapping[Path, RuleFileError]]:
    """Give all versions, the earliest first, and the files that cannot be used.

    Returns:
        the versions, among them the one that comes with the service; and file -> what is wrong
    """
    settings = quick_settings()
    place = settings.rules or settings.data_dir / "rules"
    if settings.rules and not place.is_dir():
        try:
            return _read_added(((place, place.stat().st_mtime_ns, place.stat().st_size),))
        except OSError:
            return [shipped_rules()], {
                place: RuleFileError(
                    f"CHITRA_RULES: không có {place}. Hãy sửa thiết lập.",
                    f"CHITRA_RULES: there is no {place}. Mend the setting.",
                )
            }
    return _read_added(files_in(place))


@functools.lru_cache(8)
def _read_added(seen: SeenFiles) -> tuple[list[RuleBook], Mapping[Path, RuleFileError]]:
    good, broken = [shipped_rules()], {}
    for path, _, _ in seen:
        try:
            book = read_rule_file(path)
            _check_alone(book, good)
            good.append(book)
        except RuleFileError as error:
            broken[path] = error
    return sorted(good, key=lambda book: book.valid_from), broken


def _check_alone(book: RuleBook, others: list[RuleBook]) -> None:
    """Refuse a second version of one name or of one day.

    Raises:
        RuleFileError: there is one
    """
    asked = Checked(book.source.name if book.source else "", book.text)
    for other in others:
        whose = other.source.name if other.source else "chitra"
        for key in ("version", "valid_from"):
            if getattr(book, key) == getattr(other, key):
                raise asked.wrong(
                    key, f"trùng với {whose}. Hãy đổi", f"is that of {whose} already. Change it"
                )


def changed_values(before: RuleBook, after: RuleBook) -> dict[str, tuple[str, str]]:
    """Say what is otherwise in another version: name of the key -> both values, as in YAML."""
    programmes = sorted({*before.dates, *after.dates} - {""})
    old, new = before.said(programmes), after.said(programmes)
    return {key: (old[key], new[key]) for key in old if old[key] != new[key]}


def _written(value: object) -> str:
    """Write a value as YAML has it in one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {each}' for key, each in value.items())}}}"
    return f"[{', '.join(map(str, value))}]" if isinstance(value, (tuple, list)) else str(value)


def rules_in_force(day: dt.date) -> RuleBook:
    """Give the version by which a question of a day is answered.

    Raises:
        RuleFileError: a rule file is broken: until it is mended nobody knows which version holds
    """
    books, broken = rule_books()
    if broken:
        raise next(iter(broken.values()))
    held = [book for book in books if book.valid_from <= day]
    return held[-1] if held else shipped_rules()
