"""CRM Desk: moves records between files and a CRM, and can account for every one of them."""

from __future__ import annotations

__version__ = "0.1.0"
