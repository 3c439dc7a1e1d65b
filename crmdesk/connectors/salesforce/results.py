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
from crmdesk.tabular.batch import ROW

RESULT_ID = "sf__Id"
CREATED = "sf__Created"
ERROR = "sf__Error"
KIND = "__kind__"
_REFUSED = "__refused__"
SUCCESSFUL, FAILED, UNPROCESSED = "successful", "failed", "unprocessed"
KINDS = (SUCCESSFUL, FAILED, UNPROCESSED)


def joined_rows(sent: SentRows, results: Mapping[str, Path], action: Action) -> pl.DataFrame:
    """RECEIPT_SCHEMA for the rows of `sent` that the files of `results`, one of each of KINDS, speak of.

    Rows are told apart by the values that `sent` wants compared, as far as the results echo them.
    """
    speaking = {kind: names for kind, file in results.items() if (names := header(file))}
    echoed = [name for name in sent.columns if all(name in names for names in speaking.values())]
    if not speaking or not echoed:
        return pl.DataFrame(schema=RECEIPT_SCHEMA)
    said = pl.concat([_said(kind, results[kind], names, echoed) for kind, names in speaking.items()], how="diagonal")
    return _lines(pair_by_identity(sent.over(echoed), said, FINGERPRINT), action)


def _said(kind: str, file: Path, names: Sequence[str], echoed: Sequence[str]) -> pl.DataFrame:
    also = [name for name in (RESULT_ID, CREATED, ERROR) if name in names]
    frame = fingerprints(file, echoed, also)
    absent = [pl.lit(None, pl.String).alias(name) for name in (RESULT_ID, CREATED, ERROR) if name not in names]
    return frame.with_columns(*absent, pl.lit(kind).alias(KIND))


def _lines(paired: pl.DataFrame, action: Action) -> pl.DataFrame:
    outcome = (
        pl.when(pl.col(KIND) == UNPROCESSED)
        .then(pl.lit(Settled.UNSENT.value))
        .when(pl.col(KIND) == FAILED)
        .then(pl.lit(Settled.REJECTED.value))
        .when(pl.col(CREATED).str.to_lowercase() == "true")
        .then(pl.lit(written(action, is_created=True).value))
        .otherwise(pl.lit(written(action, is_created=False).value))
    )
    texts = paired[ERROR].drop_nulls().unique().to_list()
    schema = dict.fromkeys((ERROR, "field", "code", "message", _REFUSED), pl.String())
    words = pl.DataFrame([(text, *_explained(text)) for text in texts], schema=schema, orient="row")
    whole = paired.select(ROW, outcome.alias("outcome"), pl.col(RESULT_ID).alias("id"), ERROR)
    told = whole.join(words, on=ERROR, how="left", maintain_order="left")
    is_refused = pl.col("outcome") == Settled.REJECTED.value
    return told.with_columns(pl.when(is_refused).then(pl.col(_REFUSED)).otherwise("outcome").alias("outcome")).select(
        pl.col(name).cast(kind) for name, kind in RECEIPT_SCHEMA.items()
    )


def _explained(text: str) -> tuple[str | None, str, str, str]:
    field, code, message = bulk_error(text)
    return field, code, message, refused_as(code, message).value
