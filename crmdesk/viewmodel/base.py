"""What every view-model is: a thing that says when it has changed."""

from __future__ import annotations

from collections.abc import Callable


class ViewModel:
    """Calls its subscribers after each change."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[], None]] = []

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each change; what comes back takes the subscription back."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    def changed(self) -> None:
        """Tell the subscribers."""
        for callback in tuple(self._subscribers):
            callback()
