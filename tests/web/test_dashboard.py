"""The dashboard: figures of one's own area, each leading to the worklist, sorted by any column."""

import html
import re

from tests.facts import Office
from tests.web.visiting import Visitor

ROW = re.compile(r'<tr class="govuk-table__row">\s*<th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', re.DOTALL)
LINK = re.compile(r'href="(/cases\?[^"]+)"')


async def rows(visitor: Visitor, path: str, caption: str) -> dict[str, str]:
    """Read a table of the page: first cell -> the other cells."""
    page = (await visitor.see(path)).text
    table = page.split(caption, 1)[1].split("</table>", 1)[0]
    return {re.sub(r"<[^>]+>", "", name).strip(): cells for name, cells in ROW.findall(table)}


async def test_a_ward_sees_its_own_figures_and_is_led_to_their_cases(ward: Visitor) -> None:
    wards = await rows(ward, "/dashboard", "Dòng chi trả theo xã/phường")
    assert list(wards) == ["Phường Ba Đình", "Cộng"]
    links = [html.unescape(each) for each in LINK.findall(wards["Phường Ba Đình"])]
    assert links == [
        "/cases?verdict=failed&programme=BTXH&cycle=2026-11&area=00004",
        "/cases?verdict=missing&programme=BTXH&cycle=2026-11&area=00004",
        "/cases?programme=BTXH&cycle=2026-11&area=00004",
    ]
    assert "1.620.000" in wards["Cộng"].replace("\u00a0", "")


async def test_the_province_sorts_wards_and_reads_them_without_scripts(
    visitor: Visitor, ward_cases: Office
) -> None:
    ward_cases.say("late.csv", {"bank_ref": "F3", "end_to_end_id": "A2"})
    ward_cases.run()
    await visitor.sign_in("thanhpho")
    caption = "Dòng chi trả theo xã/phường"
    for sort, first in (
        ("name", "Phường Ba Đình"),
        ("-name", "Phường Hoàn Kiếm"),
        ("share", "Phường Hoàn Kiếm"),
    ):
        assert next(iter(await rows(visitor, f"/dashboard?sort_wards={sort}", caption))) == first, sort
    assert 'aria-sort="descending"' in visitor.last
    assert len(await rows(visitor, "/dashboard?sort_wards=nonsense&part=-3&sort_banks=%00", caption)) == 3
    banks = await rows(visitor, "/dashboard", "Dòng chi trả theo ngân hàng")
    assert list(banks) == ["Agribank", "Cộng"]
    assert "<script>" not in visitor.last


async def test_who_may_not_see_a_cycle_or_asks_for_one_that_is_not_there_is_told(ward: Visitor) -> None:
    assert (await ward.see("/dashboard?programme=XX&cycle=2026-11")).status_code == 404
