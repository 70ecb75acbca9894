"""What is not granted is denied."""

import pytest

from payouts.core.errors import ForbiddenError
from payouts.identity.rules import ROLES, Staff, permissions, require, scope_of
from payouts.identity.scope import EVERYTHING, Scope


def test_every_permission_is_somebodys() -> None:
    assert all(permissions().values())
    assert set().union(*permissions().values()) == set(ROLES)


def test_only_the_admin_manages_people_and_an_auditor_changes_nothing() -> None:
    assert permissions()["users.manage"] == {"admin"}
    changing = {"users.manage", "cases.work", "lists.send", "files.send", "runs.start"}
    assert not any("auditor" in permissions()[permission] for permission in changing)


def test_a_role_without_the_permission_is_refused() -> None:
    officer = Staff(1, "le.binh", "ward", Scope(frozenset({"00004"}), None))
    require(officer, "cases.work")
    with pytest.raises(ForbiddenError):
        require(officer, "runs.start")


def test_a_ward_without_an_area_sees_nobody() -> None:
    assert scope_of("ward", frozenset(), frozenset()).areas == frozenset()
    assert scope_of("province", frozenset(), frozenset()) == EVERYTHING
    assert scope_of("accountant", frozenset(), frozenset({"NCC"})).programmes == {"NCC"}
    assert scope_of("province", frozenset({"00004"}), frozenset()).areas == {"00004"}
