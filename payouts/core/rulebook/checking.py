"""Reads the YAML of a rule file; of a wrong one it says which key, in which line, and how to mend it."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from payouts.core.banks import bank_code
from payouts.core.calendar import Calendar, is_country
from payouts.core.limits import LONGEST_NOTE
from payouts.core.rulebook.dates import MONTHS, Dates, MonthDay
from payouts.core.yamlfile import YamlFile, YamlFileError, quoted
from reconciliation.rules import BOUNDS, CHAIN, Rules

KEYS = ("version", "valid_from", "note", "matching", "dates", "programmes")
MATCHING = ("steps", "fee_tolerance_by_bank", *BOUNDS)
DATES = ("opens_on", "deadline", "country", "holidays", "working_days")
MOST_BANKING_DAYS = 250
_LAST_OF_MONTH = 31
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PROGRAMME = re.compile(r"[A-Z][A-Z0-9_-]{1,19}")


class RuleFileError(YamlFileError):
    """A rule file cannot be as it is."""

    code_of_kind = "rules_invalid"


class Checked(YamlFile):
    """The keys of one rule file, each asked for by what it has to be.

    Args:
        name: of the file
        text: its YAML

    Raises:
        RuleFileError: from each method, and at once where the text is no table of known keys
    """

    kind = ("Tệp quy tắc", "Rule file")
    error = RuleFileError

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        self.only(KEYS, self.raw, "")

    def version(self) -> str:
        """Give the name of the version."""
        value = self.raw.get("version")
        if not isinstance(value, str) or not _VERSION.fullmatch(value):
            raise self.wrong(
                "version",
                'phải là tên trong dấu nháy, chữ không dấu, chữ số, “.”, “_”, “-”, ví dụ "2027-1"',
                'must be a name in quotes, of letters, digits, “.”, “_” and “-”, e.g. "2027-1"',
            )
        return value

    def valid_from(self) -> dt.date:
        """Give the day from which the version holds."""
        return self._day("valid_from", self.raw.get("valid_from"))

    def note(self) -> str:
        """Give who decided, and by which document."""
        value = self.raw.get("note")
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NOTE:
            raise self.wrong(
                "note",
                "phải ghi ai quyết định, theo văn bản nào",
                "must say who decided, and by which document",
            )
        return value.strip()

    def rules(self) -> Rules:
        """Give the rules of the judgement."""
        found = self._table(self.raw, "matching")
        self.only(MATCHING, found, "matching")
        given: dict[str, Any] = {
            name: self._number(f"matching.{name}", value, *BOUNDS[name])
            for name, value in found.items()
            if name in BOUNDS
        }
        if "steps" in found:
            given["steps"] = self._steps(found["steps"])
        return Rules(**given, fee_tolerance_by_bank=self._fees(found))

    def dates(self) -> dict[str, dict[str, Any]]:
        """Give what is said of dates: "" for every programme, and of each programme that differs."""
        found = {"": self._dates("dates", self._table(self.raw, "dates"))}
        programmes = self._table(self.raw, "programmes")
        for name in programmes:
            if not _PROGRAMME.fullmatch(str(name)):
                raise self.wrong(
                    f"programmes.{name}",
                    "mã chương trình viết bằng chữ in hoa, ví dụ BTXH",
                    "a programme has a code in capitals such as BTXH",
                )
            path = f"programmes.{name}"
            found[name] = self._dates(path, self._table(programmes, name, path))
        return found

    def _steps(self, value: object) -> tuple[str, ...]:
        steps = tuple(value) if isinstance(value, list) else ()
        if steps != tuple(step for step in CHAIN if step in steps) or "reference" not in steps:
            of = ", ".join(CHAIN)
            raise self.wrong(
                "matching.steps",
                f"phải là danh sách các bước theo đúng thứ tự này, luôn có reference: {of}",
                f"must be a list of some of these steps, in this order, with reference: {of}",
            )
        return steps

    def _fees(self, found: Mapping[str, Any]) -> dict[str, int]:
        path = "matching.fee_tolerance_by_bank"
        fees: dict[str, int] = {}
        for bank, fee in self._table(found, "fee_tolerance_by_bank", path).items():
            code = bank_code(str(bank)) or str(bank).strip().upper()
            if code in fees:
                raise self.wrong(f"{path}.{bank}", f"{code} đã có ở trên", f"{code} stands above already")
            fees[code] = self._number(f"{path}.{bank}", fee, *BOUNDS["fee_tolerance"])
        return fees

    def _dates(self, path: str, found: Mapping[str, Any]) -> dict[str, Any]:
        self.only(DATES, found, path)
        return {name: _ASKED[name](self, f"{path}.{name}", value) for name, value in found.items()}

    def _opens_on(self, path: str, value: object) -> MonthDay:
        given = self._table({"": value}, "", path)
        self.only(("day", "month"), given, path)
        month = given.get("month", "same")
        if not isinstance(month, str) or month not in MONTHS:
            of = ", ".join(MONTHS)
            raise self.wrong(f"{path}.month", f"phải là một trong: {of}", f"must be one of: {of}")
        return MonthDay(self._number(f"{path}.day", given.get("day"), 1, _LAST_OF_MONTH), MONTHS[month])

    def _deadline(self, path: str, value: object) -> MonthDay | int | None:
        if value == "none":
            return None
        if isinstance(value, dict) and "banking_days" in value:
            self.only(("banking_days",), value, path)
            return self._number(f"{path}.banking_days", value["banking_days"], 0, MOST_BANKING_DAYS)
        if not isinstance(value, dict):
            raise self.wrong(
                path,
                "phải là none, {day: 20} hoặc {banking_days: 5}",
                "must be none, {day: 20} or {banking_days: 5}",
            )
        return self._opens_on(path, value)

    def _country(self, path: str, value: object) -> str:
        if not isinstance(value, str) or not is_country(value):
            raise self.wrong(
                path,
                f"không biết ngày nghỉ của “{quoted(value)}”. Hãy ghi mã ISO 3166 hai chữ, ví dụ VN",
                f"holidays of “{quoted(value)}” are not known. Give two letters of ISO 3166 such as VN",
            )
        return value

    def _days(self, path: str, value: object) -> frozenset[dt.date]:
        if not isinstance(value, list):
            raise self.wrong(path, "phải là danh sách ngày: [2027-02-05]", "must be a list: [2027-02-05]")
        return frozenset(self._day(path, day) for day in value)

    def _day(self, path: str, value: object) -> dt.date:
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise self.wrong(
                path,
                f"“{quoted(value)}” phải là một ngày như 2027-01-01, không dấu nháy",
                f"“{quoted(value)}” must be a day such as 2027-01-01, without quotes",
            )
        return value

    def _number(self, path: str, value: object, least: int, most: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(
                path,
                f"“{quoted(value)}” phải là số nguyên từ {least} đến {most}, không dấu chấm",
                f"“{quoted(value)}” must be a whole number from {least} to {most}, without separators",
            )
        return value

    def _table(self, within: Mapping[str, Any], key: str, path: str | None = None) -> dict[str, Any]:
        value = within.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(path or key, "phải là bảng: tên: giá trị", "must be a table: name: value")
        return value


_ASKED = {
    "opens_on": Checked._opens_on,  # noqa: SLF001  # the table of this class's own keys
    "deadline": Checked._deadline,  # noqa: SLF001
    "country": Checked._country,  # noqa: SLF001
    "holidays": Checked._days,  # noqa: SLF001
    "working_days": Checked._days,  # noqa: SLF001
}


def made_dates(said: Mapping[str, Any], usual: Dates) -> Dates:
    """Make the dates of a programme from what a file says of it, and what holds where it says nothing."""
    names = ("country", "holidays", "working_days")
    calendar = Calendar(**{name: said.get(name, getattr(usual.calendar, name)) for name in names})
    return Dates(said.get("opens_on", usual.opens_on), said.get("deadline", usual.deadline), calendar)
