"""What the keys of coverage are called on screen, in sheets and at the shell."""

from collections.abc import Callable

from payouts.core.areas import ward_name
from payouts.core.banks import banks
from payouts.core.problems import Language
from payouts.coverage.rules import AGES, ILLNESS, NONE, SEXES, causes

_NOT_KNOWN = {
    "area": ("Chưa rõ xã/phường", "No ward named"),
    "bank": ("Chưa có ngân hàng", "No bank yet"),
}
_UNKNOWN = ("Chưa rõ", "Not known")
_ILLNESS = ("Nhóm có thông tin bệnh (gộp)", "Categories that reveal an illness, together")


# By what coverage is told -> how a key of it is named; a key that nobody knows is shown as it is.
_NAMES: dict[str, Callable[[str, Language], str]] = {
    "area": lambda key, _language: ward_name(key),
    "bank": lambda key, _language: banks()[key].short_name if key in banks() else key,
    "age": lambda key, language: _said(AGES[key][:2], language),
    "sex": lambda key, language: _said(SEXES[key], language),
    "cause": lambda key, language: causes()[key].said(language),
}


def name_of(by: str, key: str, language: Language) -> str:
    """Name a key of coverage.

    Args:
        by: of rules.BY
        key: the ward, category, ...
        language: to name it in
    """
    if key == NONE:
        return _said(_NOT_KNOWN.get(by, _UNKNOWN), language)
    if key == ILLNESS:
        return _said(_ILLNESS, language)
    return _NAMES[by](key, language) if by in _NAMES else key


def _said(words: tuple[str, str], language: Language) -> str:
    return words[0] if language == "vi" else words[1]
