"""The base of every message: camelCase on the wire, snake_case in Python."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class WireModel(BaseModel):
    """A message part. Unknown members are ignored, so a newer peer may say more."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True
    )

    def to_wire(self) -> dict[str, object]:
        """The JSON object, camelCase, without members that are null."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
