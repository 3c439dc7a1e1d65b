"""A filter being built: a tree that may be incomplete, and its changes, each of which makes a new tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Value
from crmdesk.viewmodel.job_editor.part_draft import with_item, with_new

Path = tuple[int, ...]
"""Where a node is: the index in each group from the root down. The root is ()."""

EMPTINESS = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})
LISTS = frozenset({Operator.IN, Operator.NOT_IN, Operator.INCLUDES, Operator.EXCLUDES, Operator.BETWEEN})


@dataclass(frozen=True, slots=True)
class DraftCondition:
    """A condition as far as it is made.

    `text` is the value as it stands in the editor, `value` what it means (None: nothing yet, or `problem` says why).
    An `expression`, which stands in the editor too, takes the place of a value.
    """

    field: str = ""
    operator: Operator = Operator.EQUAL
    text: str = ""
    value: Value = None
    problem: str = ""
    expression: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it can be asked of a CRM."""
        return (
            bool(self.field)
            and not self.problem
            and (self.operator in EMPTINESS or self.value is not None or bool(self.expression))
        )


@dataclass(frozen=True, slots=True)
class DraftGroup:
    """A group as far as it is made; it may be empty."""

    joined: Joined = Joined.ALL
    members: tuple[DraftNode, ...] = ()


DraftNode = DraftCondition | DraftGroup


def node_at(root: DraftGroup, path: Path) -> DraftNode:
    """The node at `path`; raises LookupError when there is none."""
    node: DraftNode = root
    for index in path:
        if not isinstance(node, DraftGroup) or not 0 <= index < len(node.members):
            raise LookupError(f"There is nothing at {path}.")
        node = node.members[index]
    return node


def changed_at(root: DraftGroup, path: Path, change: Callable[[DraftNode], DraftNode]) -> DraftGroup:
    """The tree with the node at `path` changed; the root stays a group."""
    if not path:
        new_root = change(root)
        return new_root if isinstance(new_root, DraftGroup) else replace(root, members=(new_root,))
    index = path[0]
    child = root.members[index]
    if len(path) == 1:
        new = change(child)
    elif isinstance(child, DraftGroup):
        new = changed_at(child, path[1:], change)
    else:
        raise LookupError(f"There is nothing at {path}.")
    return replace(root, members=with_item(root.members, index, new))


def inserted(root: DraftGroup, group: Path, index: int, node: DraftNode) -> DraftGroup:
    """The tree with `node` before the member `index` of `group`; an index at or past its end appends."""

    def insert(parent: DraftNode) -> DraftNode:
        if not isinstance(parent, DraftGroup):
            raise LookupError(f"There is no group at {group}.")
        return replace(parent, members=with_new(parent.members, index, node))

    return changed_at(root, group, insert)


def removed(root: DraftGroup, path: Path) -> DraftGroup:
    """The tree without the node at `path`; the root itself becomes empty."""
    if not path:
        return DraftGroup()

    def remove(parent: DraftNode) -> DraftNode:
        if not isinstance(parent, DraftGroup):
            return parent
        return replace(parent, members=with_item(parent.members, path[-1]))

    node_at(root, path)
    return changed_at(root, path[:-1], remove)


def moved(root: DraftGroup, path: Path, group: Path, index: int) -> DraftGroup:
    """The tree with the node at `path` taken out and put before the member `index` of `group`.

    `group` and `index` are those of the tree as it is now; a group can not be moved into itself (LookupError).
    """
    if not path or group[: len(path)] == path:
        raise LookupError("A group cannot be moved into itself.")
    node = node_at(root, path)
    depth = len(path) - 1
    if group[:depth] == path[:-1]:
        if len(group) == depth and index > path[-1]:
            index -= 1
        elif len(group) > depth and group[depth] > path[-1]:
            group = (*group[:depth], group[depth] - 1, *group[depth + 1 :])
    return inserted(removed(root, path), group, index, node)


def complete_filter(node: DraftNode) -> Filter | None:
    """What of the draft is complete, as a filter; None when nothing is."""
    if isinstance(node, DraftCondition):
        if not node.is_complete:
            return None
        if node.operator in EMPTINESS:
            return Condition(node.field, node.operator)
        return Condition(node.field, node.operator, node.value, node.expression)
    members = tuple(made for made in map(complete_filter, node.members) if made is not None)
    return Group(node.joined, members) if members else None


def tree_of(where: Filter, write: Callable[[Condition], DraftCondition]) -> DraftNode:
    """The draft of a filter; `write` turns a condition into its draft."""
    if isinstance(where, Condition):
        return write(where)
    return DraftGroup(where.joined, tuple(tree_of(member, write) for member in where.members))


def place_of(root: DraftGroup, path: Path) -> str:
    """The place as in the job file: `filter.all[2].any[1]`; members are counted from 1, as where a plan names them."""
    place, node = "filter", root
    for index in path:
        place = f"{place}.{node.joined.value}[{index + 1}]"
        child = node.members[index]
        if isinstance(child, DraftGroup):
            node = child
    return place


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a node goes: before member `index` of `group`, as the tree is now; there it will have `path`."""

    group: Path
    index: int
    path: Path


def neighbouring(root: DraftGroup, path: Path, *, down: bool) -> Goal | None:
    """One place on for the node: past its neighbour, into one that is a group, or out of its own.

    None at either end of the root.
    """
    own = node_at(root, path[:-1]) if path else None
    if not isinstance(own, DraftGroup):
        return None
    neighbour = path[-1] + (1 if down else -1)
    if not 0 <= neighbour < len(own.members):
        return _out_of_its_group(path, down=down)
    beside = own.members[neighbour]
    if isinstance(beside, DraftGroup):
        group, last = (*path[:-1], neighbour), len(beside.members)
        return Goal(group, 0, (*path, 0)) if down else Goal(group, last, (*group, last))
    return Goal(path[:-1], neighbour + 1 if down else neighbour, (*path[:-1], neighbour))


def _out_of_its_group(path: Path, *, down: bool) -> Goal | None:
    if len(path) == 1:
        return None
    index = path[-2] + (1 if down else 0)
    return Goal(path[:-2], index, (*path[:-2], index))
