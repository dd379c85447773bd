"""A grammar lowered to one pattern reads what pyparsing reads, and refuses what it cannot."""

import re
from collections.abc import Callable

import pyparsing as pp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars.core.first import begin_of
from grammars.core.lower import NotLowerableError, lower, read_reference, reference
from grammars.core.needles import needles_of
from tests.grammars.steps import steps

LETTERS = 'ab<>" \\;,:=0-\n\té'


def _lowered(grammar: pp.ParserElement, text: str) -> dict[str, str] | None:
    found = re.compile(lower(grammar) + r"\Z").match(text)
    return None if found is None else {name: value for name, value in found.groupdict().items() if value}


def _agree(grammar: pp.ParserElement, text: str) -> None:
    assert _lowered(grammar, text) == read_reference(reference(grammar), text)


ELEMENTS: dict[str, Callable[[], pp.ParserElement]] = {
    "literal": lambda: pp.Literal("a;")("x") + pp.Literal("b"),
    "literal_of_signs": lambda: pp.Literal("\\<a")("x"),
    "caseless_literal": lambda: pp.CaselessLiteral("ab") + pp.Char("0")("x"),
    "word": lambda: pp.Word("ab")("x"),
    "word_with_other_body": lambda: pp.Word("a", "b0-")("x"),
    "word_with_minimum": lambda: pp.Word("ab", min=2)("x") + pp.Opt(pp.Word("0")("y")),
    "word_with_other_body_and_minimum": lambda: pp.Word("a", "b0", min=3)("x"),
    "word_of_exact_length": lambda: pp.Word("ab", exact=2)("x") + pp.Word("ab")("y"),
    "word_of_exact_length_and_other_body": lambda: pp.Word("a", "b", exact=3)("x") + pp.Opt(pp.Word("b")("y")),
    "word_of_class_signs": lambda: pp.Word("]^-\\")("x"),
    "char": lambda: pp.Char("ab")("x") + pp.Char(";:")("y"),
    "chars_not_in": lambda: pp.CharsNotIn(";\n")("x"),
    "chars_not_in_one": lambda: pp.CharsNotIn("]^-")("x") + pp.Opt("-"),
    "chars_not_in_with_minimum": lambda: pp.CharsNotIn(";", min=2)("x") + pp.Opt(";"),
    "any_char": lambda: pp.CharsNotIn("", exact=1)("x"),
    "empty": lambda: pp.Empty() + pp.Word("a")("x"),
    "string_end": lambda: pp.Word("a")("x") + pp.StringEnd(),
    "sequence": lambda: pp.Word("a")("x") + ";" + pp.Word("ab")("y"),
    "choice_takes_the_first": lambda: (pp.Literal("a") | pp.Literal("ab"))("x") + pp.Opt(pp.Word("b")("y")),
    "choice_of_words": lambda: (pp.Word("a") | pp.Word("b") | pp.CharsNotIn(";"))("x") + ";",
    "option": lambda: pp.Opt(pp.Word("a")("x")) + pp.Opt(";") + pp.Opt(pp.Word("ab")("y")),
    "option_gives_nothing_back": lambda: pp.Opt("a") + pp.Literal("a")("x"),
    "repetition": lambda: pp.ZeroOrMore(pp.Word("a") + ";") + pp.Opt(pp.Word("b")("x")),
    "repetition_at_least_once": lambda: pp.OneOrMore(pp.Char("ab") + pp.Opt(";")) + pp.Opt(pp.Literal("0")("x")),
    "repetition_stops_before_a_lookahead": lambda: (
        pp.ZeroOrMore(~pp.Literal("b=") + pp.Word("ab") + "=" + pp.CharsNotIn(";") + ";")
        + pp.Opt(pp.Word("b")("x"))
        + "="
    ),
    "lookahead": lambda: pp.FollowedBy(pp.Literal("a;")) + pp.CharsNotIn("\n")("x"),
    "negative_lookahead": lambda: ~pp.Literal("a;") + pp.CharsNotIn("\n")("x"),
    "skip_to_one_char": lambda: pp.SkipTo(";")("x") + ";" + pp.Opt(pp.CharsNotIn("")("y")),
    "skip_to_literal": lambda: pp.SkipTo(";;")("x") + ";;" + pp.Opt(pp.CharsNotIn("")("y")),
    "skip_to_first_of": lambda: pp.SkipTo(pp.Literal(";a") | pp.Literal(":"))("x") + pp.CharsNotIn("")("y"),
    "skip_to_first_of_or_end": lambda: pp.SkipTo(pp.Literal(";") | pp.StringEnd())("x") + pp.Opt(";"),
    "skip_to_end": lambda: "a" + pp.SkipTo(pp.StringEnd())("x"),
    "combine": lambda: pp.Combine(pp.Word("a") + pp.Opt(":") + pp.ZeroOrMore(pp.Char("b")))("x") + pp.Opt(";"),
    "combine_of_choice": lambda: pp.Combine(("<" + pp.CharsNotIn("<>") + ">") | pp.Word("a"))("x"),
    "names_inside_combine": lambda: pp.Combine(pp.Word("a")("x") + "=" + pp.Word("b")("y")) + pp.Opt(";"),
    "suppress": lambda: pp.Suppress(pp.Word("a")) + pp.Word("b")("x"),
    "quoted": lambda: (
        pp.Combine('"' + pp.ZeroOrMore(pp.CharsNotIn('"\\') | (pp.Literal("\\") + pp.CharsNotIn("", exact=1))) + '"')(
            "x"
        )
        + pp.Opt(";")
    ),
}


@pytest.mark.parametrize("kind", ELEMENTS)
@given(text=st.text(LETTERS, max_size=12))
def test_each_kind_of_element_reads_as_pyparsing_reads_it(kind: str, text: str) -> None:
    """Lowered and reference form accept the same texts, with the same named results."""
    _agree(ELEMENTS[kind](), text)


_NAMES = ("n0", "n1", "n2")


@st.composite
def _token(draw: st.DrawFn) -> pp.ParserElement:
    kind = draw(st.sampled_from(["word", "not", "literal", "char", "skip"]))
    chars = draw(st.text("ab;:<", min_size=1, max_size=3))
    match kind:
        case "word":
            return pp.Word(chars)
        case "not":
            return pp.CharsNotIn(chars)
        case "literal":
            return pp.Literal(chars)
        case "char":
            return pp.Char(chars)
        case _:
            return pp.SkipTo(pp.Literal(chars))


def _composed(parts: st.SearchStrategy[pp.ParserElement]) -> st.SearchStrategy[pp.ParserElement]:
    several = st.lists(parts, min_size=2, max_size=3)
    return st.one_of(
        several.map(pp.And),
        several.map(pp.MatchFirst),
        parts.map(pp.Opt),
        parts.map(pp.ZeroOrMore),
        parts.map(pp.OneOrMore),
        parts.map(pp.FollowedBy),
        parts.map(pp.NotAny),
        parts.map(pp.Combine),
    )


_GRAMMARS = st.recursive(_token(), _composed, max_leaves=7)


@given(parts=st.lists(_GRAMMARS, min_size=1, max_size=3), texts=st.lists(st.text("ab;:<", max_size=10), max_size=8))
def test_small_grammars_read_as_pyparsing_reads_them(parts: list[pp.ParserElement], texts: list[str]) -> None:
    """Whatever elements are put together: either refused, or the same texts with the same results."""
    grammar = pp.And([pp.Combine(part)(name) for part, name in zip(parts, _NAMES, strict=False)])
    try:
        lower(grammar)
    except NotLowerableError:
        return
    for text in texts:
        _agree(grammar, text)


@given(part=_GRAMMARS, text=st.text("ab;:<", max_size=10))
def test_text_that_a_grammar_made_is_read_the_same(part: pp.ParserElement, text: str) -> None:
    """A name stands for the whole text of its Combine, in both forms."""
    grammar = pp.Combine(part)("n0") + pp.Opt(pp.CharsNotIn("")("n1"))
    try:
        lower(grammar)
    except NotLowerableError:
        return
    _agree(grammar, text)


@given(parts=st.lists(_GRAMMARS, min_size=1, max_size=4), head=st.text("ab;:<", max_size=3), data=st.data())
def test_what_is_not_refused_runs_in_linear_time(parts: list[pp.ParserElement], head: str, data: st.DataObject) -> None:
    """The refusals are enough: whatever is lowered takes at most twice the steps for twice the text."""
    try:
        pattern = re.compile(lower(pp.And(parts)))
    except NotLowerableError:
        return
    piece = data.draw(st.text("ab;:<", min_size=1, max_size=3))
    tail = data.draw(st.text("ab;:<", max_size=2))
    small, large = (steps(pattern, head + piece * times + tail) for times in (60, 120))
    assert large <= 2.2 * small + 200


def test_the_counter_sees_quadratic_work() -> None:
    """A count that never grows proves nothing: of a pattern that is refused it must grow fourfold."""
    pattern = re.compile(r"(?>(?:(?>(?>a++;)|a))*)")
    small, large = (steps(pattern, "a" * length) for length in (200, 400))
    assert large > 3.5 * small


def _recursive() -> pp.ParserElement:
    inner = pp.Forward()
    inner <<= pp.Literal("(") + pp.Opt(inner) + ")"
    return inner


def _forward() -> pp.ParserElement:
    body = pp.Forward()
    body <<= pp.Literal("a")
    return body


def _twice() -> pp.ParserElement:
    return pp.Literal("a")("n") | pp.Literal("b")("n")


_LATE = pp.Word("a") + ";"

REFUSED: dict[str, tuple[Callable[[], pp.ParserElement], str]] = {
    "recursion": (_recursive, r"recursion|Forward"),
    "forward": (_forward, "Forward"),
    "forward_without_body": (lambda: pp.Literal("a") + pp.Forward(), "without a body"),
    "parse_action": (lambda: pp.Word("ab").add_parse_action(lambda: "x"), r"W:\(ab\): a parse action"),
    "condition": (lambda: pp.Word("ab").add_condition(lambda: True), r"W:\(ab\): a parse action"),
    "regex": (lambda: pp.Regex("a+b"), r"Regex .*a\+b.*: no exact pattern"),
    "white": (lambda: pp.White(" "), "White"),
    "each": (lambda: pp.Literal("a") & pp.Literal("b"), "Each"),
    "longest_choice": (lambda: pp.Literal("a") ^ pp.Literal("ab"), "Or "),
    "group": (lambda: pp.Group(pp.Literal("a")), "Group"),
    "dict": (lambda: pp.Dict(pp.Literal("a")), "Dict"),
    "quoted_string": (lambda: pp.QuotedString('"'), "QuotedString"),
    "nullable_repeat": (lambda: pp.ZeroOrMore(pp.Opt("a")), "match nothing"),
    "nullable_repeat_of_option": (lambda: pp.OneOrMore(pp.Opt("a") + pp.Opt("b")), "match nothing"),
    "nullable_repeat_of_empty": (lambda: pp.ZeroOrMore(pp.Empty()), "match nothing"),
    "nullable_repeat_of_skip": (lambda: pp.ZeroOrMore(pp.SkipTo("a")), "match nothing"),
    "nullable_repeat_in_combine": (lambda: pp.ZeroOrMore(pp.Combine(pp.Opt("a"))), "match nothing"),
    "name_twice": (_twice, "^n: named twice"),
    "name_in_repeat": (lambda: pp.ZeroOrMore(pp.Word("a")("n") + ";"), "^n: a name inside a repetition"),
    "name_in_lookahead": (lambda: pp.FollowedBy(pp.Word("a")("n")) + "a", "^n: a name inside a repetition"),
    "name_on_sequence": (lambda: (pp.Word("a") + ";")("n"), "^n: a name on more than one token"),
    "name_on_choice_of_sequences": (lambda: (pp.Word("a") | (pp.Word("b") + ";"))("n"), "^n: a name on more"),
    "name_on_option": (lambda: pp.Opt(pp.Word("a"))("n"), "^n: a name on more than one token"),
    "name_on_caseless": (lambda: pp.CaselessLiteral("a")("n"), "^n: a name on more than one token"),
    "skip_to_expression": (lambda: pp.SkipTo(pp.Word("a")), r"W:\(a\): SkipTo takes literals only"),
    "skip_to_sequence": (lambda: pp.SkipTo(pp.Literal("a") + "b"), "SkipTo takes literals only"),
    "skip_to_choice_with_word": (lambda: pp.SkipTo(pp.Literal("a") | pp.Word("b")), "SkipTo takes literals only"),
    "skip_to_caseless": (lambda: pp.SkipTo(pp.CaselessLiteral("a")), "SkipTo takes literals only"),
    "skip_to_include": (lambda: pp.SkipTo("a", include=True), "include, ignore or fail_on"),
    "skip_to_fail_on": (lambda: pp.SkipTo("a", fail_on="b"), "include, ignore or fail_on"),
    "skip_to_ignore": (lambda: pp.SkipTo("a", ignore=pp.Literal("b")), "include, ignore or fail_on"),
    "word_maximum": (lambda: pp.Word("ab", max=3), r"W:\(ab\).*: a word with a maximum length"),
    "chars_not_in_maximum": (lambda: pp.CharsNotIn("ab", max=3), "a word with a maximum length"),
    "ignore": (lambda: pp.Word("a").ignore(pp.Literal("b")), "ignored text"),
    "keyword": (lambda: pp.Word("ab", as_keyword=True), "a keyword"),
    "stop_on": (lambda: pp.ZeroOrMore(pp.Word("a"), stop_on="b"), "stop_on"),
    "waste_in_choice": (lambda: pp.ZeroOrMore(_LATE | pp.Char("a")), "may read far and then fail"),
    "waste_in_option": (lambda: pp.ZeroOrMore(pp.Char("a") + pp.Opt(_LATE)), "may read far and then fail"),
    "waste_in_inner_repeat": (lambda: pp.ZeroOrMore(pp.Char("a") + pp.ZeroOrMore(_LATE)), "may read far and then fail"),
    "waste_in_skip": (lambda: pp.ZeroOrMore((pp.SkipTo("b") + "b") | pp.Char("a")), "may read far and then fail"),
    "waste_in_lookahead": (lambda: pp.ZeroOrMore(~_LATE + pp.Char("a")), "may read far"),
    "waste_in_lookahead_that_holds": (
        lambda: pp.ZeroOrMore(pp.FollowedBy(pp.Word("a")) + pp.Char("a")),
        "may read far",
    ),
    "waste_in_combined_choice": (
        lambda: pp.ZeroOrMore(pp.Combine(pp.Combine(pp.SkipTo(";") + ";") | pp.Char("a"))),
        "may read far and then fail",
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_has_no_linear_pattern_is_refused_and_named(why: str) -> None:
    """A grammar that cannot run is refused when it is lowered, and the message names the element."""
    make, message = REFUSED[why]
    with pytest.raises(NotLowerableError, match=message):
        lower(make())


def test_names_come_in_the_order_in_which_they_are_written() -> None:
    """The names of a grammar are those of the pattern's groups, from left to right, and there are no other groups."""
    pattern = re.compile(lower(pp.Opt(pp.Word("a")("first")) + pp.Combine(pp.Word("b") + ";")("second")))
    assert list(pattern.groupindex) == ["first", "second"]
    assert pattern.groups == 2


def test_no_white_space_is_skipped() -> None:
    """Blanks and tabs count, in both forms: a line is what its bytes say."""
    grammar = pp.Word("a")("x") + ";" + pp.Word("b")("y")
    for text in ("a;b", "a ;b", " a;b", "a;b ", "a;\tb", "a;b\n"):
        _agree(grammar, text)
        assert (_lowered(grammar, text) is not None) == (text == "a;b")


def test_a_finished_element_is_never_entered_again() -> None:
    """No going back: a word that has read too much fails, as in pyparsing."""
    assert _lowered(pp.Word("ab")("x") + "b", "aab") is None
    assert _lowered(pp.Opt("a") + "a", "a") is None
    assert _lowered((pp.Literal("a") | pp.Literal("ab")) + "c", "abc") is None


@given(parts=st.lists(_GRAMMARS, min_size=1, max_size=3), text=st.text("ab;:<", max_size=10))
def test_what_a_grammar_fits_begins_and_holds_what_was_worked_out_of_it(
    parts: list[pp.ParserElement], text: str
) -> None:
    """A shape is not even tried where its first character or its fixed texts rule it out: neither may be wrong."""
    grammar = pp.And(parts)
    try:
        pattern = re.compile(lower(grammar) + r"\Z")
    except NotLowerableError:
        return
    if pattern.match(text) is not None:
        assert begin_of(grammar).fits(text[:1])
        assert any(needle in text for needle in needles_of(grammar))


def test_fixed_texts_are_the_longest_of_the_few() -> None:
    """Of what must stand in a line the longest is looked for, a choice of a few texts included, and no option."""
    choice = pp.Literal("connect from ") | "disconnect from "
    assert needles_of("id: " + choice + pp.Opt(" a much longer text")) == ("connect from ", "disconnect from ")
    assert needles_of(": " + pp.MatchFirst([pp.Literal(letter * 9) for letter in "abcdefgh"])) == (": ",)
    assert needles_of(pp.Word("ab") | "c") == ("",)
