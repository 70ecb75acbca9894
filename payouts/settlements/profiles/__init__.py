"""A bank's own layout of CSV or XLSX as data: one YAML file a layout, checked when it is read.

Those of the package come with the service. An administrator adds more in the folder `profiles` of the data
folder; a broken one there is named where people look, and takes nothing else down.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from payouts.core.errors import NotFoundError
from payouts.core.money import DecimalMark
from payouts.core.quick import quick_settings
from payouts.core.tabular import Layout
from payouts.core.values import DayOrder
from payouts.core.yamlfile import SUFFIX, SeenFiles, files_in, read_text
from payouts.settlements.profiles.checking import Checked, ProfileError

__all__ = [
    "Profile",
    "ProfileError",
    "broken_profiles",
    "profile_named",
    "profile_text",
    "profiles",
    "read_profile",
]


@dataclass(frozen=True, slots=True)
class Profile:
    """One layout of a bank.

    Attributes:
        name: of the YAML file
        title: for people
        bank: code of the bank that sends it, None where several use the layout
        formats: csv, xlsx or both
        encoding: of text that is not UTF-8, as core.vietnamese.encoding_named gives it
        numbers: which mark is the decimal one where the bank says so: either, point or comma
        dates: whether 03/04/2026 is the third of April (day_first) or the fourth of March
        layout: its headings
        statuses: folded status word -> status
        reasons: words of a reason, without marks -> reason code; asked before failure_reasons.csv
        in_doubt: reason codes with which a rejection is no certain one (a time-out): its status is unknown
        constants: fields that are the same on every line
        trailer: words that open a row of control sums, in small letters; empty where it has none
        cash: whether it is the report of a payer of cash, who tells which people collected
        money_out: which side of a statement is money out: debit, credit, or an amount that is negative or
            positive; None where a column of statuses tells
        source: the file in the data folder, None where it comes with the service
    """

    name: str
    title: str
    bank: str | None
    formats: frozenset[str]
    encoding: str
    numbers: DecimalMark
    dates: DayOrder
    layout: Layout
    statuses: Mapping[str, str]
    reasons: Mapping[str, str]
    in_doubt: tuple[str, ...]
    constants: Mapping[str, str]
    trailer: tuple[str, ...]
    cash: bool
    money_out: str | None
    source: Path | None = None

    @property
    def shipped(self) -> bool:
        """Whether it comes with the service."""
        return self.source is None


def read_profile(name: str, text: str, source: Path | None = None) -> Profile:
    """Read and check one profile.

    Args:
        name: by which people call it
        text: YAML
        source: the file in the data folder, None where it comes with the service

    Raises:
        ProfileError: it cannot be so; the message names the key, its line and how to mend it
    """
    asked = Checked(name, text)
    layout, cash = asked.layout(), asked.yes("cash")
    fields = {*layout.headings.values(), *layout.columns}
    reasons, in_doubt = asked.reasons()
    return Profile(
        name=name,
        title=asked.text("title", name),
        bank=asked.bank(),
        formats=asked.formats(),
        encoding=asked.encoding(),
        numbers=asked.choice("numbers"),
        dates=asked.choice("dates"),
        layout=layout,
        statuses=asked.statuses(fields, cash=cash),
        reasons=reasons,
        in_doubt=in_doubt,
        constants=asked.constants(),
        trailer=tuple(word.casefold() for word in asked.texts("trailer")),
        cash=cash,
        money_out=asked.sides(fields, layout.required, cash=cash),
        source=source,
    )


@functools.cache
def _shipped() -> dict[str, Profile]:
    found = {}
    for file in resources.files("payouts.settlements.profiles").iterdir():
        if file.name.endswith(SUFFIX):
            name = file.name.removesuffix(SUFFIX)
            found[name] = read_profile(name, file.read_text(encoding="utf-8"))
    return dict(sorted(found.items()))


def profile_folder() -> Path:
    """Give the folder of the profiles that an administrator adds."""
    return quick_settings().data_dir / "profiles"


def _added() -> tuple[Mapping[str, Profile], Mapping[str, ProfileError]]:
    """Read the folder of added profiles, anew only where a file changed."""
    return _read_added(files_in(profile_folder()))


@functools.lru_cache(8)
def _read_added(seen: SeenFiles) -> tuple[Mapping[str, Profile], Mapping[str, ProfileError]]:
    good, broken = {}, {}
    for path, _, size in seen:
        name = path.name.removesuffix(SUFFIX)
        try:
            good[name] = _read_file(name, path, size)
        except ProfileError as error:
            broken[name] = error
    return good, broken


def _read_file(name: str, path: Path, size: int) -> Profile:
    if name in _shipped():
        raise ProfileError(
            f"{path}: tên “{name}” là của mẫu có sẵn, mẫu có sẵn vẫn được dùng. Hãy đổi tên tệp.",
            f"{path}: “{name}” is a profile that comes with the service, which stays. Rename the file.",
        )
    return read_profile(name, read_text(path, size, ProfileError), path)


def profiles() -> dict[str, Profile]:
    """Give all profiles: name -> profile, those that come with the service and those of the data folder."""
    return dict(sorted({**_added()[0], **_shipped()}.items()))


def broken_profiles() -> Mapping[str, ProfileError]:
    """Give the profiles of the data folder that cannot be used: name -> what is wrong."""
    return _added()[1]


def profile_text(name: str) -> str:
    """Give the YAML of a profile as it stands.

    Raises:
        NotFoundError, ProfileError: as `profile_named`
    """
    source = profile_named(name).source
    place = source or resources.files("payouts.settlements.profiles") / f"{name}{SUFFIX}"
    return place.read_text(encoding="utf-8")


def profile_named(name: str) -> Profile:
    """Find a profile by name.

    Raises:
        NotFoundError: `profile_unknown`
        ProfileError: it is in the data folder, and broken
    """
    known = profiles()
    if name in known:
        return known[name]
    if name in broken_profiles():
        raise broken_profiles()[name]
    named = ", ".join(known)
    raise NotFoundError("profile_unknown", f"Không có mẫu tệp “{name}”. Hiện có: {named}.")
