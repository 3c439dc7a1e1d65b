"""What an ingest job says became of its rows, as lines of a receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import RECEIPT_SCHEMA, Settled
from crmdesk.connectors.salesforce.fingerprints import FINGERPRINT, fingerprints, header
from crmdesk.connectors.salesforce.pairing import pair_by_identity
from crmdesk.connectors.salesforce.receipts import bulk_error, refused_as, written
from crmdesk.connectors.salesforce.sent_rows import SentRows
from crmdesk.model.job import Action

RESULT_ID = "sf__Id"
CREATED = "sf__Created"
ERROR = "sf__Error"
_REFUSED = "__refused__"
SUCCESSFUL, FAILED, UNPROCESSED = "successful", "failed", "unprocessed"
KINDS = (SUCCESSFUL, FAILED, UNPROCESSED)


def joined_rows(sent: SentRows, results: Mapping[str, Path], action: Action) -> pl.DataFrame:
    """RECEIPT_SCHEMA for the rows of `sent` that the files of `results`, one of each of KINDS, tell of, in their order.

    Rows are told apart by the values that `sent` wants compared, as far as the results echo them.
    """
    speaking = {kind: names for kind, file in results.items() if (names := header(file))}
    echoed = [name for name in sent.columns if all(name in names for names in speaking.values())]
    if not speaking or not echoed:
        return pl.DataFrame(schema=RECEIPT_SCHEMA)
    said = [_said(results[kind], names, echoed, _outcome(kind, action)) for kind, names in speaking.items()]
    rows = sent.over(echoed)
    paired = pair_by_identity(rows.frame, pl.concat(said), FINGERPRINT, are_distinct=rows.are_distinct)
    return _explained(paired).select(pl.col(name).cast(kind) for name, kind in RECEIPT_SCHEMA.items())


def _said(file: Path, names: Sequence[str], echoed: Sequence[str], outcome: pl.Expr) -> pl.DataFrame:
    """FINGERPRINT, `outcome`, `id` and ERROR of the lines of a file."""
    also = [name for name in (RESULT_ID, CREATED, ERROR) if name in names]
    absent = [pl.lit(None, pl.String).alias(name) for name in (RESULT_ID, CREATED, ERROR) if name not in names]
    lines = fingerprints(file, echoed, also).with_columns(*absent)
    return lines.select(*FINGERPRINT, outcome.alias("outcome"), pl.col(RESULT_ID).alias("id"), ERROR)


def _outcome(kind: str, action: Action) -> pl.Expr:
    """What the lines of a kind of file say became of their rows."""
    if kind != SUCCESSFUL:
        return pl.lit((Settled.REJECTED if kind == FAILED else Settled.UNSENT).value)
    created, changed = (pl.lit(written(action, is_created=is_created).value) for is_created in (True, False))
    return pl.when(pl.col(CREATED).str.to_lowercase() == "true").then(created).otherwise(changed)


def _explained(paired: pl.DataFrame) -> pl.DataFrame:
    """With `field`, `code` and `message` of what was refused; what kind of refusal it is tells the outcome."""
    texts = paired[ERROR].unique().drop_nulls()
    if texts.is_empty():
        return paired.with_columns(pl.lit(None, pl.String).alias(name) for name in ("field", "code", "message"))
    schema = dict.fromkeys((ERROR, "field", "code", "message", _REFUSED), pl.String())
    words = pl.DataFrame([(text, *_read(text)) for text in texts], schema=schema, orient="row")
    is_refused = pl.col("outcome") == Settled.REJECTED.value
    return paired.join(words, on=ERROR, how="left", maintain_order="left").with_columns(
        pl.when(is_refused).then(pl.col(_REFUSED)).otherwise("outcome").alias("outcome")
    )


def _read(text: str) -> tuple[str | None, str, str, str]:
    field, code, message = bulk_error(text)
    return field, code, message, refused_as(code, message).value
