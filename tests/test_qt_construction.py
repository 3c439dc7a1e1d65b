"""A rule of the window: a class asks nothing of itself before its base class is made.

Signals and slots of a QObject that is not yet one fail now and then with a RuntimeError, and no other test finds it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

GUI = Path(__file__).resolve().parent.parent / "crmdesk" / "gui"

TOO_EARLY = """
class Card(QFrame):
    def __init__(self):
        self._title = QLabel(self.tr("Title"))
        self._button.clicked.connect(self._press)
        super().__init__(self._title)
"""
IN_ITS_TIME = """
class Card(QFrame):
    def __init__(self):
        self._title = QLabel("")
        super().__init__(self._title)
        self._button = QPushButton(self.tr("Press"), clicked=self._press)
"""


def early_uses(source: str) -> Iterator[str]:
    """What a class reads of itself before `super().__init__()`, but for the attributes it has just set."""
    for kind in ast.walk(ast.parse(source)):
        if isinstance(kind, ast.ClassDef):
            for function in kind.body:
                if isinstance(function, ast.FunctionDef) and function.name == "__init__":
                    yield from (f"{kind.name}, line {line}: {words}" for line, words in _early_uses(function))


def _early_uses(function: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    bases = [_end(call) for call in calls if ast.unparse(call.func) == "super().__init__"]
    if not bases:
        return
    early = [node for node in ast.walk(function) if isinstance(node, ast.expr) and _end(node) < min(bases)]
    attributes = [node for node in early if isinstance(node, ast.Attribute) and _is_self(node.value)]
    own = {node.attr for node in attributes if isinstance(node.ctx, ast.Store)}
    harmless = {id(node.value) for node in attributes if node.attr in own}
    for node in early:
        if _is_self(node) and id(node) not in harmless:
            yield node.lineno, next((ast.unparse(each) for each in attributes if each.value is node), "self")


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno or 0, node.end_col_offset or 0


def test_no_class_of_the_window_asks_anything_of_itself_before_its_base_is_made() -> None:
    sources = sorted(GUI.rglob("*.py"))
    assert sources
    found = [f"{source.name}: {use}" for source in sources for use in early_uses(source.read_text(encoding="utf-8"))]
    assert found == []


def test_the_rule_finds_a_call_and_a_bound_method_and_lets_a_plain_attribute_pass() -> None:
    assert sorted(early_uses(TOO_EARLY)) == [
        "Card, line 4: self.tr",
        "Card, line 5: self._button",
        "Card, line 5: self._press",
    ]
    assert list(early_uses(IN_ITS_TIME)) == []
