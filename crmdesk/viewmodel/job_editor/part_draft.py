"""A part of a job that is built over the fields of its object: the value with its undo, the fields by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from crmdesk.model.schema import Field
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.job_editor.past import Edited

Value = TypeVar("Value")
Item = TypeVar("Item")


class PartDraft(ViewModel, Generic[Value]):
    """A value over `fields` that is edited, and may be incomplete meanwhile."""

    def __init__(self, fields: Sequence[Field], value: Value) -> None:
        super().__init__()
        self._by_name = {field.name.casefold(): field for field in fields}
        self._edited = Edited(value)

    def field_of(self, name: str) -> Field | None:
        """The field of that API name; None when it is not among the fields."""
        return self._by_name.get(name.casefold())

    @property
    def can_undo(self) -> bool:
        return self._edited.can_undo

    @property
    def can_redo(self) -> bool:
        return self._edited.can_redo

    def undo(self) -> None:
        """Go back one step, if there is one."""
        if self._edited.undo():
            self.changed()

    def redo(self) -> None:
        """Go forth one step again, if there is one."""
        if self._edited.redo():
            self.changed()

    def _change(self, value: Value, strand: object = None) -> None:
        """Make `value` the present one; those in a row of one `strand` are one step to undo."""
        if self._edited.change(value, strand):
            self.changed()

    def _take_up(self, value: Value) -> None:
        """Go on with another value; the steps before are forgotten."""
        self._edited = Edited(value)
        self.changed()


def by_label(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields as a list offers them."""
    return tuple(sorted(fields, key=lambda field: (field.label.casefold(), field.name)))


def with_item(items: tuple[Item, ...], index: int, *put: Item) -> tuple[Item, ...]:
    """`items` with the one at `index` replaced by `put`; without `put` it is taken out."""
    return (*items[:index], *put, *items[index + 1 :])


def with_new(items: tuple[Item, ...], index: int, item: Item) -> tuple[Item, ...]:
    """`items` with `item` before the one at `index`; at or past the end it is appended."""
    return (*items[:index], item, *items[index:])
