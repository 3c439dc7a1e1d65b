"""The filter of a job while it is being built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from crmdesk.errors import Problem
from crmdesk.model.filter import Condition, Filter, Joined, Operator, Value
from crmdesk.model.schema import Field, FieldType
from crmdesk.viewmodel.job_editor.filter_problems import filter_problems
from crmdesk.viewmodel.job_editor.filter_text import read_value, written
from crmdesk.viewmodel.job_editor.filter_tree import (
    EMPTINESS,
    DraftCondition,
    DraftGroup,
    DraftNode,
    Path,
    changed_at,
    complete_filter,
    inserted,
    moved,
    neighbouring,
    node_at,
    removed,
    tree_of,
)
from crmdesk.viewmodel.job_editor.filter_words import (
    Editor,
    choices_of,
    editor_for,
    operator_words,
    operators_for,
    sentence_of,
)
from crmdesk.viewmodel.job_editor.part_draft import PartDraft, by_label

Offered = Callable[[FieldType | None], tuple[Operator, ...]]
"""The comparisons for a type of field, the likeliest first."""


class FilterModel(PartDraft[DraftGroup]):
    """A filter over `fields`, group by group. It may be incomplete: `problems` tells where, `filter()` leaves that out.

    A node is named by its path: the index in each group from the root, which is (), down.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        filter: Filter | None = None,  # noqa: A002 - the noun of the model
        offered: Offered = operators_for,
    ) -> None:
        super().__init__(fields, _tree(filter))
        self._is_bare = isinstance(filter, Condition)
        self._offered = offered

    @property
    def root(self) -> DraftGroup:
        """The draft."""
        return self._edited.value

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields a condition may be about, by label."""
        return by_label([each for each in self._by_name.values() if each.is_filterable and self._offered(each.type)])

    def filter(self) -> Filter | None:
        """What is complete, as a filter; None lets every row through."""
        made = complete_filter(self.root)
        if self._is_bare and len(self.root.members) == 1 and isinstance(self.root.members[0], DraftCondition):
            return complete_filter(self.root.members[0])
        return made

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is not complete or cannot be, each with its place as in the job file (`filter.all[2].value`)."""
        return tuple(filter_problems(self.root, lambda name: self.field_of(name) is not None))

    @property
    def sentence(self) -> str:
        """The filter in words; never empty."""
        return sentence_of(self.root, self._by_name)

    def operators(self, path: Path) -> tuple[tuple[Operator, str], ...]:
        """The comparisons offered for the condition at `path`, with their words."""
        condition = self._condition(path)
        kind = self._kind(condition)
        offered = self._offered(kind)
        if condition.operator not in offered:
            offered = (*offered, condition.operator)
        return tuple((operator, operator_words(operator, kind)) for operator in offered)

    def editor(self, path: Path) -> Editor:
        """What the value of the condition at `path` is typed into."""
        condition = self._condition(path)
        return editor_for(condition.operator, self.field_of(condition.field))

    def choices(self, path: Path) -> tuple[str, ...]:
        """The values the condition's field offers; none where any may be typed."""
        return choices_of(self.field_of(self._condition(path).field))

    def add_condition(self, group: Path = (), field: str = "") -> Path:
        """Append a condition to the group; its path."""
        return self._append(group, self._about(DraftCondition(), field))

    def add_group(self, group: Path = ()) -> Path:
        """Append a group of one empty condition, joined the other way than `group`; its path."""
        joined = self._group(group).joined
        other = Joined.ANY if joined is Joined.ALL else Joined.ALL
        return self._append(group, DraftGroup(other, (DraftCondition(),)))

    def remove(self, path: Path) -> None:
        """Take the node out; the root becomes empty."""
        self._change(removed(self.root, path))

    def move(self, path: Path, group: Path, index: int) -> None:
        """Put the node before the member `index` of `group`; both as the tree is now."""
        self._change(moved(self.root, path, group, index))

    def shift(self, path: Path, *, down: bool) -> Path:
        """Move the node one place on: past its neighbour, into one that is a group, or out of its own; its new path.

        At either end of the root it stays where it is.
        """
        goal = neighbouring(self.root, path, down=down)
        if goal is None:
            return path
        self.move(path, goal.group, goal.index)
        return goal.path

    def clear(self) -> None:
        """Let every row through."""
        self._change(DraftGroup())

    def set_joined(self, group: Path, joined: Joined) -> None:
        """Join the members of the group by `joined`."""
        self._change(changed_at(self.root, group, lambda _: replace(self._group(group), joined=joined)))

    def set_field(self, path: Path, field: str) -> None:
        """Make the condition one about `field`; what of its comparison and value suits that is kept."""
        self._set(path, self._about(self._condition(path), field))

    def set_operator(self, path: Path, operator: Operator) -> None:
        """Compare by `operator`."""
        self._set(path, self._read(replace(self._condition(path), operator=operator)))

    def set_text(self, path: Path, text: str) -> None:
        """Take `text` for the value. Typing on in one value is undone in one step."""
        condition = self._condition(path)
        if text != condition.text:
            self._set(path, self._read(replace(condition, text=text, expression="")), typed=True)

    def show(self, filter: Filter | None) -> None:  # noqa: A002 - as above
        """Take another filter, and forget the steps before; what is half typed stays while this is it already."""
        if filter == self.filter():
            return
        self._is_bare = isinstance(filter, Condition)
        self._take_up(_tree(filter))

    def _append(self, group: Path, node: DraftNode) -> Path:
        index = len(self._group(group).members)
        self._change(inserted(self.root, group, index, node))
        return (*group, index)

    def _set(self, path: Path, condition: DraftCondition, *, typed: bool = False) -> None:
        self._change(changed_at(self.root, path, lambda _: condition), path if typed else None)

    def _condition(self, path: Path) -> DraftCondition:
        node = node_at(self.root, path)
        if isinstance(node, DraftGroup):
            raise LookupError(f"There is no condition at {path}.")
        return node

    def _group(self, path: Path) -> DraftGroup:
        node = node_at(self.root, path)
        if isinstance(node, DraftCondition):
            raise LookupError(f"There is no group at {path}.")
        return node

    def _kind(self, condition: DraftCondition) -> FieldType | None:
        field = self.field_of(condition.field)
        return field.type if field is not None else None

    def _about(self, condition: DraftCondition, name: str) -> DraftCondition:
        field = self.field_of(name)
        offered = self._offered(field.type if field is not None else None)
        operator = condition.operator if condition.field and condition.operator in offered else offered[0]
        return self._read(replace(condition, field=field.name if field is not None else name, operator=operator))

    def _read(self, condition: DraftCondition) -> DraftCondition:
        value: Value = None
        problem = ""
        if condition.operator not in EMPTINESS and not condition.expression:
            try:
                value = read_value(condition.text, condition.operator, self._kind(condition) or FieldType.TEXT)
            except ValueError as error:
                problem = f"{str(error)[:1].upper()}{str(error)[1:]}."
        return replace(condition, value=value, problem=problem)


def _tree(where: Filter | None) -> DraftGroup:
    if where is None:
        return DraftGroup()
    node = tree_of(where, _drafted)
    return node if isinstance(node, DraftGroup) else DraftGroup(members=(node,))


def _drafted(made: Condition) -> DraftCondition:
    text = made.expression or written(made.value)
    return DraftCondition(made.field, made.operator, text, made.value, expression=made.expression)
