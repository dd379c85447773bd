"""Expressions are compiled when they are used: that each one can be is seen here."""

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import correlator.evidence
from correlator.evidence.expressions import _Expression, expression


def _inside(value: object) -> Iterator[_Expression]:
    if isinstance(value, _Expression):
        yield value
    elif isinstance(value, dict):
        yield from _inside(tuple(value.values()))
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _inside(each)


def test_all_compile() -> None:
    """Whatever the texts of the other tests do not reach is compiled here."""
    modules = [
        import_module(each.name) for each in pkgutil.iter_modules(correlator.evidence.__path__, "correlator.evidence.")
    ]
    found = [each for module in modules for each in _inside(tuple(vars(module).values()))]
    assert len(found) > 200
    assert all(each.pattern for each in found)


def test_it_does_what_a_compiled_one_does() -> None:
    """Its methods and attributes are those of the compiled expression, with its flags."""
    word = expression(r"b(\d)", re.IGNORECASE)
    assert word.flags & re.IGNORECASE
    assert [found.group(1) for found in word.finditer("B1 b2")] == ["1", "2"]
    assert word.sub("x", "aB3") == "ax"
