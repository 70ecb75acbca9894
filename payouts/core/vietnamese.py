"""Vietnamese text in the encodings from before Unicode, and which words could be Vietnamese at all.

TCVN3 (the ABC fonts, TCVN 5712 VN3), VNI-Windows and VISCII (RFC 1456) have no codec in Python. The tables
say what each byte stands for; a VNI mark is a byte of its own behind its vowel, so NFC puts the two together.
"""

import codecs
import functools
import re
import unicodedata
from collections.abc import Mapping

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_ROUND, _SHORT = "\u0302", "\u0306"  # â, ă
_TONES = _ACUTE + _GRAVE + _HOOK + _TILDE + _DOT

# Punctuation where Windows-1252 has it, which fonts of all these encodings show.
_PUNCTUATION = {
    0x85: "…",
    0x91: "‘",
    0x92: "’",
    0x93: "“",
    0x94: "”",
    0x95: "•",
    0x96: "–",
    0x97: "—",
    0xA0: "\xa0",
}

# From 0xA1 on, a dot where nothing stands. Letters with a tone are small ones: capitals are a matter of font.
_TCVN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđ."
    f"{_GRAVE}{_HOOK}{_TILDE}{_ACUTE}{_DOT}àảãáạ.ằẳẵắ."
    "......ặầẩẫấậè.ẻẽ"
    "éẹềểễếệìỉ...ĩíịò"
    ".ỏõóọồổỗốộờởỡớợù"
    ".ủũúụừửữứựỳỷỹýỵ."
)
# From 0x80 on; six more letters stand among the control characters.
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệố"
    "ồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_CONTROLS = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}
# Small letters and marks; the capital stands 0x20 before.
_VNI_LETTERS = {
    0xE6: "ỉ", 0xEC: "ì", 0xED: "í", 0xEE: "ỵ", 0xF1: "đ", 0xF2: "ị", 0xF3: "ĩ", 0xF4: "ơ", 0xF6: "ư",
}  # fmt: skip
_VNI_MARKS = {
    0xE0: _ROUND + _GRAVE, 0xE1: _ROUND + _ACUTE, 0xE2: _ROUND, 0xE3: _ROUND + _TILDE, 0xE4: _ROUND + _DOT,
    0xE5: _ROUND + _HOOK, 0xE8: _SHORT + _GRAVE, 0xE9: _SHORT + _ACUTE, 0xEA: _SHORT, 0xEB: _SHORT + _DOT,
    0xEF: _DOT, 0xF5: _TILDE, 0xF8: _GRAVE, 0xF9: _ACUTE, 0xFA: _SHORT + _HOOK, 0xFB: _HOOK,
    0xFC: _SHORT + _TILDE,
}  # fmt: skip

LEGACY = ("tcvn3", "vni", "viscii", "cp1258")
FONTS = frozenset({"tcvn3", "vni", "viscii"})  # with fonts of their own, whose text stands in workbooks too
NAMES = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI", "viscii": "VISCII", "cp1258": "Windows-1258", "utf-8": "UTF-8"}
_ALIASES = {"abc": "tcvn3", "tcvn": "tcvn3", "vni-windows": "vni", "windows-1258": "cp1258"}

_SEGMENT = re.compile(r'[^,;\t"\r\n]+')  # a cell of a CSV
_WORD = re.compile(r"[^\W\d_]+")
_SMALL = re.compile("[a-z]")
_MIXED = re.compile(r"[A-Z]{2}[^\x00-\x7f]|[A-Z][^\x00-\x7f]+[A-Z]")  # a small letter of TCVN3 among capitals


def encoding_named(name: str) -> str:
    """Give the one name of an encoding: of LEGACY, or as Python calls it.

    Raises:
        LookupError: nobody knows it
    """
    known = _ALIASES.get(name.strip().lower(), name.strip().lower())
    return known if known in LEGACY else codecs.lookup(known).name


@functools.cache
def _table(encoding: str) -> Mapping[int, str]:
    """Give what each byte stands for; ASCII is itself everywhere."""
    found = {byte: chr(byte) for byte in range(0x80)}
    if encoding == "viscii":
        return found | dict(enumerate(_VISCII, 0x80)) | _VISCII_CONTROLS
    found |= _PUNCTUATION
    if encoding == "tcvn3":
        return found | {byte: letter for byte, letter in enumerate(_TCVN3, 0xA1) if letter != "."}
    capitals = {byte - 0x20: letter.upper() for byte, letter in _VNI_LETTERS.items()}
    return (
        found
        | capitals
        | _VNI_LETTERS
        | {byte - 0x20: mark for byte, mark in _VNI_MARKS.items()}
        | _VNI_MARKS
    )


class _TableDecoder(codecs.IncrementalDecoder):
    """Decodes byte by byte; a mark stands behind its letter, in NFC they are one."""

    def __init__(self, encoding: str, errors: str) -> None:
        super().__init__(errors)
        self._table = _table(encoding)

    def decode(self, data: bytes, final: bool = False) -> str:  # type: ignore[override]  # noqa: ARG002, FBT001, FBT002  # as codecs calls it
        """Decode; raises UnicodeDecodeError for a byte that stands for nothing."""
        return codecs.charmap_decode(data, self.errors, self._table)[0]


def decoder(encoding: str, errors: str = "strict") -> codecs.IncrementalDecoder:
    """Make a decoder that takes bytes as they come, of an encoding that `encoding_named` gave."""
    if encoding in FONTS:
        return _TableDecoder(encoding, errors)
    return codecs.getincrementaldecoder(encoding)(errors)


def composed(text: str, encoding: str) -> str:
    """Put letters and marks together (NFC), and give TCVN3 the capitals that only its font showed.

    TCVN3 has no capitals with a tone, so NGUYỄN VĂN THỌ comes as NGUYễN VăN THọ. A cell without a small ASCII
    letter, but with such a word, is meant as capitals, and so is such a word in another cell.
    """
    text = unicodedata.normalize("NFC", text)
    if encoding != "tcvn3" or not _MIXED.search(text):
        return text
    lines = text.split("\n")
    return "\n".join(_SEGMENT.sub(_raised, line) if _MIXED.search(line) else line for line in lines)


def _raised(segment: re.Match[str]) -> str:
    text = segment[0]
    if not _MIXED.search(text):
        return text
    if not _SMALL.search(text):
        return text.upper()
    return _WORD.sub(lambda word: word[0].upper() if _is_mixed(word[0]) else word[0], text)


def _is_mixed(word: str) -> bool:
    return _MIXED.search(word) is not None and not _SMALL.search(word)


def recoded(text: str, encoding: str) -> str:
    """Read a text of a workbook that was typed in a font of an old encoding: each letter is one of its bytes.

    Returns:
        the text as meant; the same text where its letters are no such bytes
    """
    if text.isascii():
        return text
    try:
        data = bytes(_byte(letter) for letter in text)
        return composed(decoder(encoding).decode(data, final=True), encoding)
    except (UnicodeError, KeyError):
        return text


@functools.cache
def _bytes_of_windows() -> dict[str, int]:
    return {bytes([byte]).decode("cp1252", "ignore"): byte for byte in range(0x80, 0xA0)}


def _byte(letter: str) -> int:
    return ord(letter) if ord(letter) <= 0xFF else _bytes_of_windows()[letter]  # noqa: PLR2004  # what a byte holds


_RHYME = (
    "a(?:ch|nh|ng|[cimnoptuy])?|ă(?:ng|[cmnpt])|â(?:ng|[cmnptuy])|e(?:ng|[cmnopt])?|ê(?:ch|nh|ng|[mnptu])?|"
    "i(?:ch|nh|[amnptu])?|iê(?:ng|[cmnptu])|oo?(?:ng|[cimnpt])?|oa(?:ch|nh|ng|[cimnopty])?|oă(?:ng|[cmnt])|"
    "oe[mnot]?|ô(?:ng|[cimnpt])?|ơ[imnpt]?|u(?:ng|[acimnpt])?|uâ(?:ng|[nty])|uê(?:ch|nh|n)?|uô(?:ng|[cimnt])|"
    "uơ|uy(?:ch|nh|[anptu])?|uyê[nt]|ư(?:ng|[acimntu])?|ươ(?:ng|[cimnptu])|y(?:ch|nh|[ntpu])?|yê(?:ng|[mntu])"
)
_SYLLABLE = re.compile(f"(?:ngh?|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?(?:{_RHYME})")


@functools.lru_cache(maxsize=16_384)  # a list repeats the same few thousand
def is_syllable(word: str) -> bool:
    """Say whether a word could be Vietnamese: an onset and a rhyme of the language, one tone at most."""
    split = unicodedata.normalize("NFD", word.lower())
    tones = sum(letter in _TONES for letter in split)
    bare = unicodedata.normalize("NFC", "".join(letter for letter in split if letter not in _TONES))
    return tones <= 1 and _SYLLABLE.fullmatch(bare) is not None


def marked_words(text: str) -> list[str]:
    """Give the words of a text that have a letter beyond ASCII, cut at blanks and ASCII signs."""
    return [word for word in re.findall(r"[^\x00-@\[-`{-\x7f\s–—‘-”•]+", text) if not word.isascii()]
