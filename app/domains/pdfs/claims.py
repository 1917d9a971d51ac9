"""Which content an agent says it has, and how well that is known.

Locations lead to one document where they claim the same content. A SHA-256 alone proves
nothing: people see it, and whoever knows it could say it. So an agent proves that it has the
bytes with a second digest of them, keyed with a secret of its company (`agent.contract.files.
possession`), which nobody is shown; with that a claim is the same for everybody who has the
bytes. One without proof is its agent's own.

A claim is stored as `Pdf.content_key`; the digest itself is not stored.
"""

import hashlib
from uuid import UUID

from agent.contract.files import IndexedFile
from app.domains.pdfs.locations import path_key

_PROVEN = "proven:"


def claim(agent_id: UUID, file: IndexedFile) -> str:
    """What a report says of the content of its file. One that could not be read is its own."""
    if file.file_hash is None:
        return f"path:{path_key(f'{agent_id}/{file.path}')}"
    if file.possession is None:
        return f"word:{_digest(f'{file.file_hash}:{agent_id}')}"
    return proven(file.file_hash, file.possession)


def proven(file_hash: str, possession: str) -> str:
    """The claim of everybody who has the bytes."""
    return f"{_PROVEN}{_digest(f'{file_hash}:{possession}')}"


def is_proven(content_key: str) -> bool:
    """Not so: a mere word, a file that could not be read, or what a release before this one
    has joined by its hash alone."""
    return content_key.startswith(_PROVEN)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
