"""What every view-model can do: tell those who asked that it has changed."""

from __future__ import annotations

from collections.abc import Callable

OnChange = Callable[[], None]


class ViewModel:
    """Values to show and intents to carry out. Whoever shows them subscribes, and looks again at every change."""

    def __init__(self) -> None:
        self._subscribers: list[OnChange] = []

    def subscribe(self, on_change: OnChange) -> OnChange:
        """Call `on_change` after every change, until what this returns is called."""
        self._subscribers.append(on_change)

        def unsubscribe() -> None:
            if on_change in self._subscribers:
                self._subscribers.remove(on_change)

        return unsubscribe

    def changed(self) -> None:
        """Tell the subscribers; one that leaves meanwhile is not told any more."""
        for on_change in tuple(self._subscribers):
            if on_change in self._subscribers:
                on_change()
