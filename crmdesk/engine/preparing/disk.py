"""What the disk refuses while a run keeps its rows, as an error that ends the run and can be mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmdesk.errors import StoreError


@contextmanager
def keeping(path: Path) -> Iterator[None]:
    """Raise StoreError when what is done in here to the file `path` fails."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}.",
            hint="Make room on that disk, or mend it, then go on; nothing that was stored is lost.",
        ) from error
