"""Log lines as JSON on standard error, one object a line, never with a token or a ticket's text."""

from __future__ import annotations

import json
import logging
import sys

from spokedesk.crm.instants import iso

EXTRAS = ("correlation_id", "url")


class JsonLines(logging.Formatter):
    """`time`, `level`, `logger`, `message`, the extras that are ours, and the traceback of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": iso(int(record.created * 1000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name in EXTRAS:
            if hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_as_json(level: int = logging.WARNING) -> None:
    """Send every logger's lines of at least `level` to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=level, force=True)
