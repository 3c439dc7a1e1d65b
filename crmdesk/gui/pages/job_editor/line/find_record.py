"""Records that are found by the value of a column: any record, the owner, the record type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.fields import ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.pages.job_editor.line.only_some_dialog import OnlySomeDialog
from crmdesk.gui.spawn import spawn
from crmdesk.model.mapping import Inactive, Lookup, NotFound, Origin, Owner, RecordType, Several, UserKey
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.job_editor.filter_draft import FilterModel
from crmdesk.viewmodel.job_editor.line_choices import lookup_keys
from crmdesk.viewmodel.job_editor.page import JobEditorModel

Searched = Lookup | Owner | RecordType


class FindRecord(QWidget):
    """`change` is handed the whole origin after each choice."""

    def __init__(self, model: JobEditorModel, change: Callable[[Origin], None]) -> None:
        super().__init__()
        self._model = model
        self._change = change
        self._origin: Searched = Lookup("", "", "")
        self._asked = ""
        self._object = SearchCombo("job-find-object", self.tr("Object to find"))
        self._key = SearchCombo("job-find-key", self.tr("Field that finds it"))
        self._by = ElideCombo("job-find-by", self.tr("What the column holds"))
        self._column = SearchCombo("job-find-column", self.tr("Column with its value"))
        self._missing = ElideCombo("job-find-missing", self.tr("Not found"))
        self._several = ElideCombo("job-find-several", self.tr("Several found"))
        self._inactive = ElideCombo("job-find-inactive", self.tr("Switched off"))
        self._only = label("", "small", wraps=True, name="job-find-only")
        self._choose = Button("job-find-choose", self.tr("Only some of them…"), self._ask_which, look="link")
        self._some = frame(row(self._only, self._choose), "clear")
        self._instead = TextField("job-find-instead", self.tr("Take instead"))
        self._connect()
        self._of_lookup = (
            Field(self.tr("Find"), self._object),
            Field(self.tr("where"), self._key),
            Field(self._several.accessibleName(), self._several),
        )
        self._column_field = Field("", self._column)
        self._by_field = Field(self._by.accessibleName(), self._by)
        self._inactive_field = Field(self._inactive.accessibleName(), self._inactive)
        self._instead_field = Field("", self._instead)
        found, where, several = self._of_lookup
        missing = Field(self._missing.accessibleName(), self._missing)
        self.setLayout(
            column(
                row(found, where),
                self._some,
                self._column_field,
                self._by_field,
                row(missing, several, self._inactive_field),
                self._instead_field,
            )
        )

    def _connect(self) -> None:
        self._object.picked.connect(lambda name: self._put_lookup(object=name, key="", filter=None))
        self._key.picked.connect(lambda name: self._put_lookup(key=name))
        self._several.picked.connect(lambda value: self._put_lookup(several=Several(value)))
        self._by.picked.connect(lambda value: self._put_owner(by=UserKey(value)))
        self._inactive.picked.connect(lambda value: self._put_owner(inactive=Inactive(value)))
        self._column.picked.connect(lambda name: self._put(replace(self._origin, column=name)))
        self._missing.picked.connect(lambda value: self._put(replace(self._origin, not_found=NotFound(value))))
        self._instead.editingFinished.connect(
            lambda: self._put(replace(self._origin, instead=self._instead.text().strip()))
        )

    def show_origin(self, origin: Searched) -> None:
        """Show what is found, and how."""
        self._origin = origin
        is_lookup, is_owner = isinstance(origin, Lookup), isinstance(origin, Owner)
        for field in self._of_lookup:
            field.setVisible(is_lookup)
        self._some.setVisible(is_lookup)
        self._column_field.set_label(self.tr("has the value of column") if is_lookup else self.tr("Column"))
        self._by_field.setVisible(is_owner)
        self._inactive_field.setVisible(is_owner)
        self._column.show_choices([(name, name) for name in self._model.mapping.columns], origin.column)
        missing = self._missing_choices()
        self._missing.show_choices(missing, origin.not_found.value)
        if isinstance(origin, Lookup):
            self._show_lookup(origin)
        if isinstance(origin, Owner):
            self._by.show_choices(self._user_keys(), origin.by.value)
            send = ("send", self.tr("send, the CRM decides"))
            self._inactive.show_choices([*missing, send], origin.inactive.value)
        wants_other = origin.not_found is NotFound.INSTEAD or (
            isinstance(origin, Owner) and origin.inactive is Inactive.INSTEAD
        )
        self._instead_field.setVisible(wants_other)
        self._instead_field.set_label(self._instead_words(origin))
        if not self._instead.hasFocus():
            self._instead.show_text(origin.instead)

    def _show_lookup(self, lookup: Lookup) -> None:
        around = self._model.around
        self._object.show_choices([(each.name, each.label) for each in self._model.ends.objects], lookup.object)
        target = around.described.get(lookup.object)
        if lookup.object and target is None and self._asked != lookup.object:
            self._asked = lookup.object
            spawn(around.describe(self._model.job.account, lookup.object))
        self._key.show_choices(_pairs(target), lookup.key)
        fields = target.fields if target is not None else ()
        only = FilterModel(fields, lookup.filter).sentence if lookup.filter is not None else ""
        self._only.setText(only or self.tr("All of them count."))
        self._choose.allow(target is not None, self.tr("Choose an object first."))
        choices = [
            ("reject", self.tr("reject the row")),
            ("empty", self.tr("take for empty")),
            ("first", self.tr("take the first")),
        ]
        self._several.show_choices(choices, lookup.several.value)

    def _ask_which(self) -> None:
        spawn(self._choose_some())

    async def _choose_some(self) -> None:
        """Ask which records count."""
        origin = self._origin
        target = self._model.around.described.get(origin.object) if isinstance(origin, Lookup) else None
        if target is None or not isinstance(origin, Lookup):
            return
        dialog = OnlySomeDialog(self.window(), target, origin.filter)
        if await dialog.ended() == 1 and self._origin == origin:
            self._put_lookup(filter=dialog.filter)

    def _missing_choices(self) -> list[tuple[str, str]]:
        return [
            ("reject", self.tr("reject the row")),
            ("empty", self.tr("take for empty")),
            ("instead", self.tr("take another")),
        ]

    def _user_keys(self) -> list[tuple[str, str]]:
        return [
            ("email", self.tr("the user's e-mail address")),
            ("username", self.tr("the user name")),
            ("name", self.tr("the full name")),
        ]

    def _instead_words(self, origin: Searched) -> str:
        match origin:
            case Owner():
                return self.tr("Take this user instead, named in the same way")
            case RecordType():
                return self.tr("Take this record type instead")
            case Lookup():
                return self.tr("Take the record with this value instead")

    def _put_lookup(self, **changes: object) -> None:
        if isinstance(self._origin, Lookup):
            self._put(replace(self._origin, **changes))  # type: ignore[arg-type] # the callers name its fields

    def _put_owner(self, **changes: object) -> None:
        if isinstance(self._origin, Owner):
            self._put(replace(self._origin, **changes))  # type: ignore[arg-type] # as above

    def _put(self, origin: Searched) -> None:
        self._origin = origin
        self._change(origin)


def _pairs(target: RemoteObject | None) -> list[tuple[str, str]]:
    return [(each.name, each.label) for each in lookup_keys(target)]
