"""The worklist: its filters stand in the address, its pages follow one another, an empty one says why."""

import re

from tests.facts import Office
from tests.web.visiting import Visitor

NAMES = re.compile(r'<a class="govuk-link govuk-link--no-visited-state" href="/cases/\d+">([^<]+)</a>')


async def names(visitor: Visitor, path: str) -> list[str]:
    return NAMES.findall((await visitor.see(path)).text)


async def test_filters_stand_in_the_address(ward: Visitor) -> None:
    assert await names(ward, "/cases?verdict=failed") == ["Nguyễn Thị Hoa"]
    assert await names(ward, "/cases?reason=AC04") == ["Nguyễn Thị Hoa"]
    assert await names(ward, "/cases?verdict=missing&reason=AC04") == []
    assert await names(ward, "/cases?state=closed") == []
    assert await names(ward, "/cases?who=me") == []
    assert len(await names(ward, "/cases?programme=BTXH&cycle=2026-11")) == 2


async def test_what_is_typed_finds_names_without_marks_and_numbers(ward: Visitor) -> None:
    for text in ("nguyen hoa", "HOA", "Hoà", "001145003417", "1500205004417", "a1", "4417"):
        assert await names(ward, f"/cases?q={text}") == ["Nguyễn Thị Hoa"], text
    assert await names(ward, "/cases?q=hoang") == []


async def test_a_mistyped_filter_filters_nothing(ward: Visitor) -> None:
    assert len(await names(ward, "/cases?verdict=nonsense&state=x&reason=%00&programme=Z")) == 2


async def test_an_empty_list_says_why(ward: Visitor, ward_cases: Office) -> None:
    assert "Không có việc nào khớp với bộ lọc." in (await ward.see("/cases?q=zzz")).text
    del ward_cases


async def test_pages_follow_one_another_without_gaps(ward: Visitor, ward_cases: Office) -> None:
    lines = [
        {
            "line_ref": f"C{number:03}",
            "citizen_id": f"0012450{number:05}",
            "full_name": f"Người Thứ {number}",
            "account_no": f"15002060{number:05}",
        }
        for number in range(120)
    ]
    ward_cases.owe(*lines, cycle="2026-10", name="second.csv")
    ward_cases.run(cycle="2026-10")
    seen: list[str] = []
    path: str | None = "/cases?cycle=2026-10&state=parked"
    while path:
        page = (await ward.see(path)).text
        seen += NAMES.findall(page)
        assert len(page.encode()) < 100_000
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == 120


async def test_a_full_page_stays_under_its_bound_with_the_longest_names(
    visitor: Visitor, ward_cases: Office
) -> None:
    people = [
        {
            "line_ref": f"NOV2026BTXH{at:05}", "full_name": f"Công Tằng Tôn Nữ Nguyễn Thị Phương Hoàng {at}",
            "citizen_id": f"001145{at:06}", "account_no": f"15002050{at:08}", "hamlet": f"TDP số {at}",
            "area_code": "00004" if at % 2 else "00070",
        }
        for at in range(1, 61)
    ]  # fmt: skip
    ward_cases.owe(*people, name="more.csv")
    refused = {"status": "rejected", "reason_code": "AC06"}
    ward_cases.say(
        "more-said.csv",
        *(
            {"bank_ref": f"M{at}", "end_to_end_id": each["line_ref"], **refused}
            for at, each in enumerate(people)
        ),
    )
    ward_cases.run()
    await visitor.sign_in("thanhpho")
    assert "Tổ dân phố 11" in (await visitor.see("/cases?area=00004")).text
    page = await visitor.see("/cases?verdict=failed")
    assert page.text.count('name="case-') == 50
    assert len(page.content) < 100_000
