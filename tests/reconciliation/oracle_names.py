"""Names in the second reading of the judgement: how they are folded and when two are compatible."""

import re
import unicodedata


def nfc(text: str | None) -> str:
    """A text in composed letters; nothing is an empty text."""
    return unicodedata.normalize("NFC", text or "")


def fold_name(name: str | None) -> str:
    """A name without marks and punctuation, upper case; the stars of a mask stay."""
    plain = nfc(name).replace("đ", "d").replace("Đ", "D").replace("Ð", "D").replace("ð", "d")
    plain = "".join(c for c in unicodedata.normalize("NFD", plain) if unicodedata.category(c) != "Mn").upper()
    return " ".join("".join(c if c.isalnum() or c == "*" else " " for c in _unpointed(plain)).split())


def _unpointed(text: str) -> str:
    """Punctuation inside a name is dropped, it does not part words."""
    return "".join(c for c in text if c.isspace() or c.isalnum() or c == "*")


def names_compatible(one: str | None, other: str | None) -> bool:
    """Whether two spellings may be one person's; an empty one is not compared."""
    left, right = fold_name(one), fold_name(other)
    if not left or not right:
        return True
    if left.replace(" ", "") == right.replace(" ", ""):
        return True
    if "*" in left or "*" in right:
        return _mask_fits(left, right) or _mask_fits(right, left)
    a, b = sorted((left.replace(" ", ""), right.replace(" ", "")), key=len)
    return (len(a) >= 15 and b.startswith(a)) or (len(a) >= 8 and _one_letter_apart(a, b))


def _mask_fits(mask: str, name: str) -> bool:
    words, shapes = name.split(), mask.split()
    return len(words) == len(shapes) and all(map(_word_fits, shapes, words))


def _word_fits(shape: str, word: str) -> bool:
    parts = re.findall(r"\*+|[^*]+", shape)
    pattern = "".join(
        re.escape(p) if p[0] != "*" else (r"\w*" if len(p) >= 3 else r"\w" * len(p)) for p in parts
    )
    return re.fullmatch(pattern, word) is not None


def _one_letter_apart(shorter: str, longer: str) -> bool:
    if len(shorter) == len(longer):
        return sum(x != y for x, y in zip(shorter, longer, strict=True)) <= 1
    return any(shorter == longer[:i] + longer[i + 1 :] for i in range(len(longer)))
