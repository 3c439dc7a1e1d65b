"""Migration 3: sends that go different ways, and the speed a run is asked for. Frozen: a change is one of its own."""

from __future__ import annotations

STATEMENTS = (
    # How a send goes where that is not the run's own way: "update/rest"; '' = as the run.
    "ALTER TABLE send ADD COLUMN road TEXT NOT NULL DEFAULT ''",
    # The speed somebody asked for since the run was made: "gentle", "gentle/20"; '' = as the job says.
    "ALTER TABLE run ADD COLUMN pace TEXT NOT NULL DEFAULT ''",
)
