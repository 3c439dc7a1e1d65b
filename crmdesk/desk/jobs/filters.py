"""Filters as texts, for a view-model that copies and pastes them."""

from __future__ import annotations

from crmdesk.engine.job.filter import filter_of, filter_text

__all__ = ["filter_of", "filter_text"]
