"""Several processes behind one port: gunicorn, with uvicorn in its workers."""

import asyncio
import gc
import logging
import sys
from typing import Any

from fastapi import FastAPI
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from uvicorn_worker import UvicornWorker

from app.serving import logs, metric_files
from app.serving.drain import DrainingServer
from app.serving.options import uvicorn_options
from app.settings import Settings

_SILENT_S = 30
"""A worker that says nothing for so long is stuck, and replaced."""
_GRACE_S = 2
_PAUSE_S = 1


class SiberiusWorker(UvicornWorker):  # type: ignore[misc]
    """A worker that leaves in good order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in uvicorn_options(self.app.settings).items():
            setattr(self.config, name, value)
        logs.configure()

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        settings: Settings = self.app.settings
        server = DrainingServer(self.config, settings, notice_s=settings.drain_notice_s)
        self._install_sigquit_handler()
        try:
            await server.serve(sockets=self.sockets)
        except SystemExit:
            # It could not start, perhaps because the database is away. Gunicorn would take this
            # code for a reason to stop the workers that run.
            await asyncio.sleep(_PAUSE_S)
            sys.exit(1)


class Workers(BaseApplication):  # type: ignore[misc]
    """What gunicorn runs. Use `run()`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn's settings, from ours."""
        settings = self.settings
        for name, value in {
            "bind": f"{settings.host}:{settings.port}",
            "worker_class": SiberiusWorker,
            "workers": settings.workers,
            "max_requests": settings.worker_max_requests,
            "max_requests_jitter": settings.worker_max_requests // 10,
            "timeout": _SILENT_S,
            "graceful_timeout": int(settings.drain_limit_s) + _GRACE_S,
            "control_socket_disable": True,
            "child_exit": _child_exit,
            "logger_class": logs.GunicornLogger,
            # Of the many small files a worker says it is alive with; memory, where there is any.
            "worker_tmp_dir": "/dev/shm",  # noqa: S108
        }.items():
            self.cfg.set(name, value)

    def load(self) -> FastAPI:
        """The application of one worker."""
        from app.main import create_app
        from app.runtime.parts import build

        return create_app(build(self.settings))


def run(settings: Settings) -> None:
    """Serve until SIGTERM."""
    # Before anything imports the metrics: the library looks at its start whether it shares.
    metric_files.share_metrics(settings.data_dir / "metrics" / str(settings.port))
    logs.configure()
    # Once, before the workers fork: they share the memory of what they all import.
    import app.main  # noqa: F401

    # It stays for good: no collector looks through it, or copies its pages by that.
    gc.freeze()
    Workers(settings).run()


def _child_exit(_arbiter: Arbiter, worker: Worker) -> None:
    try:
        metric_files.bury(worker.pid)
    except OSError:
        logging.getLogger(__name__).exception("the metrics of worker %s are lost", worker.pid)


def serve_alone(settings: Settings) -> None:
    """One process without a supervisor, for the embedded profile."""
    import uvicorn

    from app.main import create_app
    from app.runtime.parts import build

    logs.configure()
    config = uvicorn.Config(
        create_app(build(settings)), host=settings.host, port=settings.port, log_config=None
    )
    for name, value in uvicorn_options(settings).items():
        setattr(config, name, value)
    gc.freeze()
    server = DrainingServer(config, settings, notice_s=0)
    server.run()
