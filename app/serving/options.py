"""What every uvicorn of ours is told, alone or in a worker."""

from typing import Any

from app.realtime.websocket import CrowdWebSocket
from app.serving.patience import PatientHttp
from app.settings import Settings


def uvicorn_options(settings: Settings) -> dict[str, Any]:
    """Attributes of `uvicorn.Config`."""
    return {
        "access_log": False,
        "server_header": False,
        # Longer than the proxy keeps a connection: it must not send into one that we close.
        "timeout_keep_alive": 90,
        # Only a proxy that is named here may say whom it speaks for.
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": settings.trusted_proxies,
        "http": PatientHttp,
        "ws": CrowdWebSocket,
        "ws_per_message_deflate": False,
        # Socket.IO has its own heartbeat.
        "ws_ping_interval": None,
        "ws_max_size": settings.max_request_bytes,
    }
