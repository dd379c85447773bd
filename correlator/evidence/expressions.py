"""Regular expressions that are compiled when they are first used.

Senders' texts have many forms, and each text needs the expressions of a few: to compile them all takes
longer than to read a text.
"""

import re
from typing import cast


class _Expression:
    """Stands for a compiled expression, and has its methods."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> object:
        """Is asked for what an instance does not have yet: each method of the compiled expression, once."""
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found


def expression(text: str, flags: int = 0) -> re.Pattern[str]:
    """Gives a regular expression, to be used as what `re.compile` gives is; that it is none shows at its first use."""
    return cast("re.Pattern[str]", _Expression(text, flags))
