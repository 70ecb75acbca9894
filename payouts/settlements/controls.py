"""The controls of bank files, and what becomes of a file that fails one as shipped: data/controls.csv."""

import csv
import functools
from dataclasses import dataclass
from importlib import resources

from payouts.core.problems import Language, Severity

ACTIONS: tuple[Severity, ...] = ("warning", "quarantine", "refuse")

Policy = dict[str, Severity]  # code of a problem -> how grave it is


@dataclass(frozen=True, slots=True)
class Control:
    """A row of data/controls.csv.

    Attributes:
        name: its key
        contract: whether what is agreed with every bank asks for it
        action: what becomes of a file that fails it, as shipped
        codes: the problems that tell of it
        vi: what it asks, in Vietnamese
        en: the same in English
    """

    name: str
    contract: bool
    action: Severity
    codes: tuple[str, ...]
    vi: str
    en: str

    def said(self, language: Language) -> str:
        """Say what it asks."""
        return self.vi if language == "vi" else self.en


@functools.cache
def controls() -> dict[str, Control]:
    """Read data/controls.csv: name -> control."""
    text = (resources.files("payouts.settlements") / "data" / "controls.csv").read_text(encoding="utf-8")
    return {
        row["control"]: Control(
            name=row["control"],
            contract=bool(row["contract"]),
            action=row["action"],  # type: ignore[arg-type]  # the actions in the data are tested
            codes=tuple(row["codes"].split()),
            vi=row["vi"],
            en=row["en"],
        )
        for row in csv.DictReader(text.splitlines())
    }
