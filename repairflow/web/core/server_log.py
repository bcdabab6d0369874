"""What the web server itself says, in the form of our own lines."""

from __future__ import annotations

from gunicorn.glogging import Logger

from repairflow import logs
from repairflow.settings import load


class ServerLog(Logger):
    """gunicorn's logger; requests are told by `access_log`, not here."""

    def setup(self, cfg: object) -> None:
        """As gunicorn's, then with our form on each handler."""
        super().setup(cfg)
        as_json = load().log_json
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.Lines(as_json))
