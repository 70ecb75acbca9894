"""A letter as a Word file that staff can still edit, with its fonts inside."""

import copy
import io
import uuid
from collections.abc import Sequence
from importlib import resources
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from payouts.reports.letters.content import ANNEX_HEADINGS, COPIES, SUBJECT, Content

FONT = "Be Vietnam Pro"
OBFUSCATED = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
FACES = {
    "embedRegular": "Regular",
    "embedBold": "Bold",
    "embedItalic": "Italic",
    "embedBoldItalic": "BoldItalic",
}
ANNEX_WIDTHS = (12, 38, 60, 40, 28, 20, 59)  # mm
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def word(content: Content) -> bytes:
    """Write a letter as DOCX on A4."""
    made = Document()
    _set_page(made)
    _head(made, content)
    _line(made.add_paragraph(), f"Kính gửi: {content.addressee}", align=CENTRE, before=8, after=8)
    numbered = [f"{at}. {text}" for at, text in enumerate(content.questions, start=1)]
    for text in (*content.paragraphs, *numbered, *content.closing):
        paragraph = _line(made.add_paragraph(), text, align=WD_ALIGN_PARAGRAPH.JUSTIFY, after=6)
        paragraph.paragraph_format.first_line_indent = Mm(10)
    _foot(made, content)
    _annex(made, content)
    _embed_fonts(made)
    into = io.BytesIO()
    made.save(into)
    return into.getvalue()


def _set_page(made: Word) -> None:
    """Set paper, margins and type as the decree has them; pages are numbered from the second on."""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(18)
    section.different_first_page_header_footer = True
    style: Any = made.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    for which in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        style.element.rPr.rFonts.set(qn(which), FONT)
    style.paragraph_format.space_after = Pt(0)
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        piece = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            piece.set(qn("w:fldCharType"), kind)
        else:
            piece.text = text
        number.add_run()._r.append(piece)  # noqa: SLF001  # the library has no word for a page's number


def _head(made: Word, content: Content) -> None:
    table = _plain_table(made, 4, (70, 92))
    left = (content.parent, content.office, content.number, SUBJECT)
    right = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", content.place_and_day, "")
    bold = ((False, True), (True, True), (False, False), (False, False))
    for row, texts in enumerate(zip(left, right, strict=True)):
        size = 10.5 if SUBJECT in texts else 11
        for cell, text, heavy in zip(table.rows[row].cells, texts, bold[row], strict=True):
            italic = text == content.place_and_day
            _line(cell.paragraphs[0], text, align=CENTRE, bold=heavy, italic=italic, size=size, after=3)
    for cell in table.rows[1].cells:
        _rule_below(cell.paragraphs[0], indent=15)


def _foot(made: Word, content: Content) -> None:
    table = _plain_table(made, 1, (72, 90))
    copies, signature = table.rows[0].cells
    _line(copies.paragraphs[0], "Nơi nhận:", bold=True, italic=True, size=11, before=10)
    for text in COPIES:
        _line(copies.add_paragraph(), text, size=11)
    first = signature.paragraphs[0]
    for at, text in enumerate(content.signer_title or [""]):
        _line(
            first if at == 0 else signature.add_paragraph(),
            text,
            align=CENTRE,
            bold=True,
            before=10 if at == 0 else 0,
        )
    _line(signature.add_paragraph(), content.signer, align=CENTRE, bold=True, before=64)


def _annex(made: Word, content: Content) -> None:
    section = made.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(20)
    _line(made.add_paragraph(), "PHỤ LỤC", align=CENTRE, bold=True)
    _line(made.add_paragraph(), "Danh sách các khoản chi đề nghị tra soát", align=CENTRE, bold=True)
    _line(made.add_paragraph(), content.annex_of, align=CENTRE, italic=True, after=6)
    table = made.add_table(2, len(ANNEX_HEADINGS), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for row, bold in zip(table.rows, (True, False), strict=True):
        for column, (cell, width) in enumerate(zip(row.cells, ANNEX_WIDTHS, strict=True)):
            cell.width = Mm(width)
            align = RIGHT if column in {0, 4} else None
            _line(cell.paragraphs[0], ANNEX_HEADINGS[column], bold=bold, size=9, align=align)
    head, pattern = (row._tr for row in table.rows)  # noqa: SLF001  # a row copied takes a hundredth of one made
    sums = copy.deepcopy(head)
    head.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for texts in content.rows:
        pattern.addprevious(_filled(copy.deepcopy(pattern), texts))
    pattern.addprevious(_filled(sums, ["", "", "", "Cộng", content.total, "", ""]))
    pattern.getparent().remove(pattern)


def _filled(row: Any, texts: Sequence[str]) -> Any:
    """Write texts into the cells of a row."""
    for piece, text in zip(row.iter(qn("w:t")), texts, strict=True):
        piece.text = text
    return row


def _plain_table(made: Word, rows: int, widths: Sequence[int]) -> Table:
    table: Table = made.add_table(rows, len(widths))
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)  # LibreOffice goes by the grid, Word by the cells
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _line(
    paragraph: Paragraph,
    text: str,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    bold: bool = False,
    italic: bool = False,
    size: float = 12,
    before: float = 0,
    after: float = 0,
) -> Paragraph:
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    if align is not None:
        paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    return paragraph


def _rule_below(paragraph: Paragraph, *, indent: int) -> None:
    """Draw the line below the agency's name and the motto, `indent` mm from both sides."""
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(indent)
    borders: Any = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")  # noqa: SLF001  # the library draws none


def _embed_fonts(made: Word) -> None:
    """Put the faces of the font into the file, veiled as ECMA-376 (part 4, 2.8.1) has it."""
    table: Any = next(
        each.target_part for each in made.part.rels.values() if each.reltype == RELATIONSHIP_TYPE.FONT_TABLE
    )
    entry = OxmlElement("w:font")
    entry.set(qn("w:name"), FONT)
    for number, (name, face) in enumerate(FACES.items(), start=1):
        key = uuid.uuid5(uuid.NAMESPACE_URL, face)
        uri = PackURI(f"/word/fonts/font{number}.odttf")
        part = Part(uri, OBFUSCATED, _veiled(_face(face), key), made.part.package)
        embedded = OxmlElement(f"w:{name}")
        embedded.set(qn("r:id"), table.relate_to(part, RELATIONSHIP_TYPE.FONT))
        embedded.set(qn("w:fontKey"), f"{{{str(key).upper()}}}")
        entry.append(embedded)
    _add_font(table, entry)
    zoom = made.settings.element.find(qn("w:zoom"))
    zoom.addnext(OxmlElement("w:embedTrueTypeFonts"))


def _add_font(table: Any, entry: Any) -> None:
    """Add a font to the table of fonts, which the library keeps as bytes."""
    from docx.oxml import parse_xml  # noqa: PLC0415  # used here only
    from lxml import etree  # noqa: PLC0415  # the same

    root = parse_xml(table.blob)
    root.append(entry)
    table._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001  # the same


def _face(name: str) -> bytes:
    return (resources.files("payouts.reports.letters") / "fonts" / f"BeVietnamPro-{name}.ttf").read_bytes()


def _veiled(font: bytes, key: uuid.UUID) -> bytes:
    """Veil the first 32 bytes of a font by its key, whose bytes go from the last to the first."""
    mask = key.bytes[::-1] * 2
    return bytes(byte ^ veil for byte, veil in zip(font[:32], mask, strict=True)) + font[32:]
