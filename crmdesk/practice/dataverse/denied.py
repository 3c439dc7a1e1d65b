"""A sign-in that is not granted, as Microsoft's identity platform says so.

Microsoft Learn, "Microsoft Entra authentication error codes".
"""

from __future__ import annotations

import time
import uuid
from typing import Any


class Denied(Exception):
    """A sign-in that is not granted."""

    def __init__(self, status: int, error: str, number: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.number = number
        self.message = message

    def body(self) -> dict[str, Any]:
        """The answer, with what Microsoft appends to the words."""
        trace, correlation = uuid.uuid4(), uuid.uuid4()
        when = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
        return {
            "error": self.error,
            "error_description": f"AADSTS{self.number}: {self.message} Trace ID: {trace} Correlation ID: {correlation}"
            f" Timestamp: {when}",
            "error_codes": [self.number],
            "timestamp": when,
            "trace_id": str(trace),
            "correlation_id": str(correlation),
        }
