"""Which collections a user may read: each model says it in `__readers__` and `__company_wide__`."""

from functools import cache

from app.db.base import Tracked
from app.domains.identity.models import Role
from app.domains.identity.principal import Principal


def readable_collections(reader: Principal) -> frozenset[str]:
    """The names of the collections that `reader` may read."""
    return _readable(reader.role, company_wide=reader.branch_ids is None)


@cache
def _readable(role: Role, *, company_wide: bool) -> frozenset[str]:
    return frozenset(
        model.__collection__
        for model in Tracked.tracked_models()
        if role.includes(Role(model.__readers__)) and (company_wide or not model.__company_wide__)
    )
