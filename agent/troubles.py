"""What people should see of this agent: a folder that is away, a file that cannot be listed."""

from agent.contract.files import IndexedFile
from agent.contract.messages import AgentError

MAX_MESSAGE = 500


class Troubles:
    """Says each of them once, and not with every heartbeat."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._told_state = "ok"
        self._refused: AgentError | None = None

    def refuse(self, file: IndexedFile, why: str) -> None:
        """The server does not take a file in any form."""
        about = f"{file.path[: MAX_MESSAGE // 2]} cannot be listed: {why}"
        self._refused = AgentError(code="file_refused", message=about[:MAX_MESSAGE])

    def news(self, folder_state: str) -> list[AgentError]:
        """What has not been told yet, in this state of the folder."""
        found = [self._refused] if self._refused else []
        self._refused = None
        if folder_state not in {"ok", self._told_state}:
            about = (
                f"The watched folder {self._folder} is {folder_state}. Nothing is changed in the "
                "list until it is there again."
            )
            found.append(AgentError(code=f"folder_{folder_state}", message=about[:MAX_MESSAGE]))
        self._told_state = folder_state
        return found
