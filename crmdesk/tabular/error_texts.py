"""Errors of a spreadsheet that were saved as text: what a formula without a result leaves in a CSV."""

from __future__ import annotations

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.tabular.types.cells import Cells, fault_at, quoted

ERROR_TEXTS = frozenset(
    {
        *("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!"),
        *("#NV", "#BEZUG!", "#WERT!", "#ZAHL!", "#ÜBERLAUF!"),  # German
        *("#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!"),  # French
        *("#N/D", "#¡REF!", "#¡VALOR!", "#¿NOMBRE?", "#¡NUM!", "#¡DIV/0!", "#¡NULO!"),  # Spanish
        *("#RIF!", "#VALORE!", "#NOME?"),  # Italian
        *("#VALOR!", "#NÚM!", "#NULO!"),  # Portuguese
        *("#VERW!", "#WAARDE!", "#NAAM?", "#GETAL!", "#LEEG!"),  # Dutch
    }
)
"""As Excel writes them in the language it speaks; LibreOffice's `Err:502` and the like are told by their beginning."""

_OF_LIBREOFFICE = r"^Err:5\d\d$"


def without_error_texts(cells: Cells, text: pl.Series, besides: str) -> Cells:
    """The column with a fault where its source `text` is an error; that of the text `besides` is another's matter."""
    if not (text.str.starts_with("#") | text.str.starts_with("Err:")).any():
        return cells
    wrong = text.is_in(ERROR_TEXTS - {besides}) | text.str.contains(_OF_LIBREOFFICE)
    for error in text.filter(wrong).unique().sort():
        cells = fault_at(cells, text == error, Check.CELL_ERROR, error_message(error))
    return cells


def error_message(text: str) -> str:
    """What is told of a cell that holds the error `text`."""
    return f"{quoted(text)} is the error of a spreadsheet, not a value."
