"""Vietnamese text in the encodings from before Unicode becomes Unicode, every letter of it."""

import unicodedata

import pytest

from payouts.core.vietnamese import (
    FONTS,
    LEGACY,
    _table,
    composed,
    decoder,
    encoding_named,
    is_syllable,
    marked_words,
    recoded,
)

SMALL = "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
BASE_CAPITALS = "ĂÂÊÔƠƯĐ"  # the capitals that TCVN3 has


def encoded(letter: str, encoding: str) -> bytes:
    """The bytes of a letter, found in the table the other way round: marks of VNI stand behind the vowel."""
    if encoding == "cp1258":
        split = unicodedata.normalize("NFD", letter)
        for tone in "\u0300\u0301\u0303\u0309\u0323":
            if tone in split:
                rest = unicodedata.normalize("NFC", split.replace(tone, ""))
                return rest.encode("cp1258") + tone.encode("cp1258")
        return letter.encode("cp1258")
    byte_of = {letters: byte for byte, letters in _table(encoding).items()}
    if letter in byte_of:
        return bytes([byte_of[letter]])
    split = unicodedata.normalize("NFD", letter)
    order = "\u0302\u0306\u031b\u0300\u0301\u0303\u0309\u0323"
    base = "".join(sign for sign in split if sign not in order or sign == "\u031b")
    marks = "".join(sorted((sign for sign in split if sign in order and sign != "\u031b"), key=order.index))
    base_letter = unicodedata.normalize("NFC", base)
    mark = byte_of[marks] - 0x20 if letter.isupper() else byte_of[marks]
    return bytes([byte_of.get(base_letter, ord(base_letter[0])), mark])


def read(data: bytes, encoding: str) -> str:
    return composed(decoder(encoding).decode(data, final=True), encoding)


def test_there_are_67_letters_beyond_ascii() -> None:
    assert len(set(SMALL)) == 67


@pytest.mark.parametrize("encoding", LEGACY)
@pytest.mark.parametrize("letter", [*SMALL, *SMALL.upper()])
def test_every_letter_comes_back(letter: str, encoding: str) -> None:
    if encoding == "tcvn3" and letter.isupper() and letter not in BASE_CAPITALS:
        assert read(b"NG" + encoded(letter.lower(), encoding) + b"M", encoding) == f"NG{letter}M"
    else:
        assert read(encoded(letter, encoding), encoding) == letter


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (bytes.fromhex("4e 67 75 79 d4 6e 20 56 a8 6e 20 42 d7 6e 68"), "tcvn3", "Nguyễn Văn Bình"),
        ("Nguyeãn Vaên Bình, Ñaëng Thò Höôøng".encode("latin-1"), "vni", "Nguyễn Văn Bình, Đặng Thị Hường"),
        ("NGUYEÃN VAÊN BÌNH, ÑAËNG THÒ HÖÔØNG".encode("latin-1"), "vni", "NGUYỄN VĂN BÌNH, ĐẶNG THỊ HƯỜNG"),
        (bytes.fromhex("4e 67 75 79 ad 6e 20 56 e5 6e 20 42 ec 6e 68"), "viscii", "Nguyễn Văn Bình"),
        (bytes.fromhex("4e 67 75 79 ea de 6e 20 56 e3 6e 20 42 69 cc 6e 68"), "cp1258", "Nguyễn Văn Bình"),
    ],
)
def test_a_name_as_these_programs_wrote_it_is_read(data: bytes, encoding: str, text: str) -> None:
    assert read(data, encoding) == text


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("NGUYễN VăN THọ", "NGUYỄN VĂN THỌ"),
        ("Lê Thị Hà", "Lê Thị Hà"),
        ("Lê", "Lê"),
        ("LÊ TUấN Tú", "LÊ TUẤN TÚ"),
        ("xã THọ Xuân", "xã THỌ Xuân"),
        ("TRầN,Đỗ Hà", "TRẦN,Đỗ Hà"),
        ("nguyễn thị ánh", "nguyễn thị ánh"),
    ],
)
def test_capitals_that_only_the_font_showed_are_given_back(told: str, meant: str) -> None:
    assert composed(told, "tcvn3") == meant


@pytest.mark.parametrize("encoding", sorted(FONTS))
def test_a_byte_that_stands_for_nothing_is_no_letter(encoding: str) -> None:
    nothing = sorted(set(range(256)) - set(_table(encoding)))
    for byte in nothing:
        with pytest.raises(UnicodeDecodeError):
            decoder(encoding).decode(bytes([byte]))
    assert bool(nothing) == (encoding != "viscii")


def test_pieces_may_be_cut_anywhere() -> None:
    data = "Nguyeãn Vaên Bình\n".encode("latin-1")
    for at in range(len(data)):
        reader = decoder("vni")
        assert composed(reader.decode(data[:at]) + reader.decode(data[at:], final=True), "vni") == (
            "Nguyễn Văn Bình\n"
        )


def test_text_typed_in_an_old_font_stands_in_a_workbook_as_its_bytes() -> None:
    assert recoded("Hà", "tcvn3") == "Hà"  # à is no byte of TCVN3: left as it is
    assert recoded("NguyÔn V¨n B×nh", "tcvn3") == "Nguyễn Văn Bình"
    assert recoded("Nguyễn Văn Bình", "tcvn3") == "Nguyễn Văn Bình"
    assert recoded("Nguyeãn Vaên Bình", "vni") == "Nguyễn Văn Bình"


@pytest.mark.parametrize(
    ("name", "one"),
    [("ABC", "tcvn3"), ("VNI-Windows", "vni"), ("Windows-1258", "cp1258"), ("UTF8", "utf-8")],
)
def test_encodings_have_one_name(name: str, one: str) -> None:
    assert encoding_named(name) == one


def test_an_encoding_nobody_knows_is_none() -> None:
    with pytest.raises(LookupError):
        encoding_named("klingon")


def test_words_are_told_from_what_is_none() -> None:
    right = "Nguyễn Hoàng Khuê Quỳnh Quốc Giềng Giữ Nghiêng Thuở Khuỷu Ngoẵng Yến Ỷ Đặng Hoè Thuý Quyền"
    assert [word for word in marked_words(right) if not is_syllable(word)] == []
    wrong = "NguyÔn V¨n Ph¹m ThÞ Nguyeãn Vaên Traàn Nguyá»…n VÄƒn Müller Kđăm"
    assert [word for word in marked_words(wrong) if is_syllable(word)] == []
