"""Views of the worklist that somebody keeps: filters under a name of their own."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from payouts.cases.models import SavedView
from payouts.core import clock
from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.core.notes import tidied

LONGEST_VIEW_NAME = 40  # letters
MOST_VIEWS = 20


def views_of(session: Session, user_id: int) -> Sequence[SavedView]:
    """List the views of a member of staff, the oldest first."""
    return session.exec(
        select(SavedView).where(SavedView.user_id == user_id).order_by(col(SavedView.id))
    ).all()


def keep_view(session: Session, user_id: int, name: str, query: str) -> SavedView:
    """Keep filters under a name; under a name that is there already they take the place of the old ones.

    Args:
        session: the transaction
        user_id: whose view it is
        name: at most LONGEST_VIEW_NAME letters
        query: the filters as they stand in the address

    Raises:
        RefusedError: the name is empty or too long
        ConflictError: there are MOST_VIEWS already
    """
    words = tidied(name)
    if not words or len(words) > LONGEST_VIEW_NAME or "\n" in words:
        raise RefusedError("bad_view_name", f"Hãy đặt tên cho bộ lọc, nhiều nhất {LONGEST_VIEW_NAME} ký tự.")
    same = select(SavedView).where(SavedView.user_id == user_id, SavedView.name == words)
    view = session.exec(same).one_or_none()
    if view is None:
        count = session.exec(select(func.count()).select_from(SavedView).where(SavedView.user_id == user_id))
        if count.one() >= MOST_VIEWS:
            raise ConflictError("too_many_views", f"Bạn đã lưu {MOST_VIEWS} bộ lọc. Hãy bỏ bớt trước.")
        view = SavedView(user_id=user_id, name=words, query=query, made_at=clock.now())
    view.query = query
    try:
        with session.begin_nested():
            session.add(view)
    except IntegrityError:  # the same form, sent twice at once
        return session.exec(same).one()
    return view


def drop_view(session: Session, user_id: int, view_id: int) -> None:
    """Drop a view of one's own.

    Raises:
        NotFoundError: there is none
    """
    view = session.get(SavedView, view_id)
    if view is None or view.user_id != user_id:
        raise NotFoundError("no_such_view", "Không có bộ lọc này.")
    session.delete(view)
