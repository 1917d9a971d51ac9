"""The Siberius server: one program, N identical stateless processes."""

from importlib import metadata


def version() -> str:
    """The installed version."""
    return metadata.version("siberius")
