"""Whose people a person may see: areas and programmes; what is not granted is denied."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True)
class Scope:
    """Areas and programmes that somebody works for; None means all of them."""

    areas: frozenset[str] | None
    programmes: frozenset[str] | None

    def covers(self, *, area: str | None, programme: str) -> bool:
        """Say whether a line or case of an area and programme lies within."""
        return (self.areas is None or area in self.areas) and (
            self.programmes is None or programme in self.programmes
        )

    def conditions(self, *, area: Any = None, programme: Any = None) -> list[ColumnElement[bool]]:
        """Return what a query must satisfy: `query.where(*scope.conditions(area=Case.area_code))`.

        Args:
            area: the column of area codes, where the query has one
            programme: the column of programmes, where the query has one
        """
        limits = ((area, self.areas), (programme, self.programmes))
        return [
            column.in_(sorted(within))
            for column, within in limits
            if column is not None and within is not None
        ]


EVERYTHING = Scope(areas=None, programmes=None)
