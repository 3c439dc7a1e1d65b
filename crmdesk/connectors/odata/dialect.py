"""How a service differs from others that speak OData: what it takes in one go, and what it does by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Dialect:
    """Values of one service.

    `page_rows` is asked for in a page. `most_together` and `usual_together` are rows in one $batch, 0: it takes none.
    `makes_ids`: a new record may come with an id that the client made. `has_wildcards`: `% _ [` stand for other letters
    in the functions over texts. `top_pages`: $top is not heard beside a page size. `unfit_in_keys` are characters that
    no key value in an address may hold. `created` is the field that tells when a record was made, "" where none does.
    `whole_addresses`: they stand in a $batch, where else only what comes behind the root of the service does.
    `headers` go with every write that does not allow duplicates, `past_logic` with one that skips custom logic. `busy`
    are codes of refusals that smaller or later requests escape. A query with a longer address than `longest_address`
    characters is parted where that can be done. `id_taken` are codes of refusals because a record has the id already.
    `rows_have_rights`: a right that is missing may be a matter of one record. `field_words` are patterns of refusals
    whose first group names fields, `field_codes` the fields that codes are about. `is_old`: the service speaks OData 2.
    `has_texts_for_numbers`: it may read JSON numbers as floating point, so that what has more digits goes as a text
    (IEEE754Compatible).
    """

    page_rows: int = 1000
    most_together: int = 0
    usual_together: int = 0
    makes_ids: bool = False
    has_wildcards: bool = False
    top_pages: bool = False
    count_limit: int = 0
    unfit_in_keys: str = ""
    created: str = ""
    whole_addresses: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    past_logic: Mapping[str, str] = field(default_factory=dict)
    busy: frozenset[str] = frozenset()
    rows_have_rights: bool = False
    field_words: tuple[str, ...] = ()
    field_codes: Mapping[str, str] = field(default_factory=dict)
    is_old: bool = False
    has_texts_for_numbers: bool = False
    longest_address: int = 4000
    id_taken: frozenset[str] = frozenset()


PLAIN = Dialect(most_together=100, usual_together=100, has_texts_for_numbers=True)
"""What OData 4.0 asks of every service, and not more; one that takes no batches says so to the first."""

OLD = Dialect(is_old=True)
"""OData 2: read, and not written to."""
