"""The base of every message: camelCase on the wire, snake_case in Python."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Integer = Annotated[int, Field(gt=-(2**63), lt=2**63)]
"""As a database has them; also where it came as a text of digits."""


class WireModel(BaseModel):
    """A message part. Unknown members are ignored, so a newer peer may say more."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="ignore",
        frozen=True,
        allow_inf_nan=False,
    )

    def to_wire(self) -> dict[str, object]:
        """The JSON object, camelCase, without members that are null."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
