"""Which collections a role may read: each model says it in `__readers__`."""

from functools import cache

from app.db.base import Tracked
from app.domains.identity.models import Role


@cache
def readable_collections(role: Role) -> frozenset[str]:
    """The names of the collections that `role` may read."""
    return frozenset(
        model.__collection__
        for model in Tracked.tracked_models()
        if role.includes(Role(model.__readers__))
    )
