"""The order of a reading job's rows while it is being built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crmdesk.errors import Problem
from crmdesk.model.filter import Order
from crmdesk.model.schema import Field, FieldType
from crmdesk.viewmodel.job_editor.part_draft import PartDraft, by_label, with_item, with_new


def direction_words(kind: FieldType | None, *, is_descending: bool) -> str:
    """A direction in words that suit the type of the field."""
    match kind:
        case FieldType.INTEGER | FieldType.DECIMAL:
            words = ("smallest first", "largest first")
        case FieldType.DATE | FieldType.DATETIME | FieldType.TIME:
            words = ("oldest first", "newest first")
        case FieldType.BOOLEAN:
            words = ("false first", "true first")
        case _:
            words = ("A to Z", "Z to A")
    return words[is_descending]


class OrderModel(PartDraft[tuple[Order, ...]]):
    """Sort keys over `fields`, the first one first. One without a field is incomplete and left out of `order_by()`."""

    def __init__(self, fields: Sequence[Field], order_by: Sequence[Order] = ()) -> None:
        super().__init__(fields, tuple(order_by))

    @property
    def keys(self) -> tuple[Order, ...]:
        """The draft; an empty field is one that is not chosen yet."""
        return self._edited.value

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that can be sorted by, by label."""
        return by_label([field for field in self._by_name.values() if field.is_sortable])

    def order_by(self) -> tuple[Order, ...]:
        """The complete keys."""
        return tuple(key for key in self.keys if key.field)

    def directions(self, index: int) -> tuple[str, str]:
        """What rising and falling are called for the key at `index`."""
        field = self.field_of(self.keys[index].field)
        kind = field.type if field is not None else None
        return direction_words(kind, is_descending=False), direction_words(kind, is_descending=True)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Keys without a field, with an unknown one, or with one that stands before already."""
        return tuple(self._problems())

    @property
    def sentence(self) -> str:
        """The order in words; never empty."""
        if not self.keys:
            return "In the order the CRM gives them."
        return f"Sorted by {', then by '.join(self._key_said(index) for index in range(len(self.keys)))}."

    def add(self, field: str = "") -> int:
        """Append a key, rising; its index."""
        self._change((*self.keys, Order(field)))
        return len(self.keys) - 1

    def remove(self, index: int) -> None:
        """Take the key out."""
        self._change(with_item(self.keys, index))

    def move(self, index: int, to: int) -> None:
        """Make the key the one at index `to`."""
        self._change(with_new(with_item(self.keys, index), to, self.keys[index]))

    def set_field(self, index: int, field: str) -> None:
        """Sort by `field`."""
        self._set(index, replace(self.keys[index], field=field))

    def set_descending(self, index: int, is_descending: bool) -> None:  # noqa: FBT001 - the value set
        """Sort the other way."""
        self._set(index, replace(self.keys[index], is_descending=is_descending))

    def show(self, order_by: Sequence[Order]) -> None:
        """Take another order, unless this is it already; the steps before are forgotten."""
        if tuple(order_by) == self.keys:
            return
        self._take_up(tuple(order_by))

    def _set(self, index: int, key: Order) -> None:
        self._change(with_item(self.keys, index, key))

    def _key_said(self, index: int) -> str:
        key = self.keys[index]
        field = self.field_of(key.field)
        name = field.label if field is not None else key.field or "…"
        return f"{name}, {self.directions(index)[key.is_descending]}"

    def _problems(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for index, key in enumerate(self.keys):
            place = f"order_by[{index + 1}].field"
            name = key.field.casefold()
            if not name:
                yield Problem(place, "No field is chosen.", "Choose the field to sort by, or remove the line.")
            elif name in seen:
                yield Problem(place, f"{key.field} is sorted by already.", "Remove one of the two lines.")
            elif name not in self._by_name and "." not in name:
                yield Problem(place, f"There is no field “{key.field}” that you can see.", "Choose another field.")
            seen.add(name)
