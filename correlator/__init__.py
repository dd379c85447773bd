"""From a sender's evidence to an answer: what our mail servers did with the message.

    >>> import correlator
    >>> text = "Return-Path: 568-ABC-770.0.46459.0.0.7664.9.678046@em-sj-77.mktomail.example"
    >>> folder = "fixtures/scenarios/amavis"
    >>> answer, = correlator.ask_logs(text, [f"{folder}/mx1-iso.log", f"{folder}/hub1-iso.log"])
    >>> for fate in answer.matches[0].recipients:
    ...     print(fate.recipient, fate.fate.value, fate.folder)
    alice@recipient.example delivered INBOX
    discarder@recipient.example dropped None
    junkie@recipient.example junked Junk
    nobody2@recipient.example rejected None

Its parts are loaded when they are first used: the command line starts faster than they load.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from correlator.api import answer_to_json, answer_to_text, ask_logs, read_bundles

__all__ = ["answer_to_json", "answer_to_text", "ask_logs", "read_bundles"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562
    if name in __all__:
        return getattr(import_module("correlator.api"), name)
    raise AttributeError(name)
