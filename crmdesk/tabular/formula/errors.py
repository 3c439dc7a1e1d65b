"""Why a formula cannot be used, and where in its text that is."""

from __future__ import annotations


class FormulaError(Exception):
    """`message` is a sentence, `hint` what to do, `at` the place in the text, 1 = the first character."""

    def __init__(self, message: str, at: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.at = at

    def __str__(self) -> str:
        return f"Character {self.at}: {self.message}"
