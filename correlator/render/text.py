"""The answer as plain text, for a terminal of 100 columns or a ticket: what was read, found, and what next."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from itertools import islice
from typing import NamedTuple

from correlator.answer import Answer, Matched
from correlator.coverage import CoverageFinding, LineNumber
from correlator.evidence.claims import Bundle, TimeClaim
from correlator.fate import RecipientFate, in_order
from correlator.render.lateness import lateness_of
from correlator.render.phrases import what_of
from correlator.render.safe import safe_lines, shorten
from correlator.render.zone import ReaderZone
from correlator.words import FindingWord, Owner
from grammars import Event, Instant, TimeBasis
from grammars.core.event import rfc3339
from queries.ledger import Coverage

_WIDTH = 100
_INDENT = "  "


def render_text(answer: Answer, *, of: int = 1, zone: tzinfo = UTC) -> str:
    """Gives one answer; `of` tells how many bundles the text holds, `zone` is shown beside UTC."""
    reader = ReaderZone(zone)
    evidence, matches = _evidence(answer, of, reader), _matches(answer, reader)
    parts = [evidence, _headline(answer), *matches, _coverage(answer, reader), _next(answer)]
    return safe_lines("\n\n".join(part for part in parts if part)) + "\n"


# ---------------------------------------------------------------- what was read


def _evidence(answer: Answer, of: int, reader: ReaderZone) -> str:
    title = f"Message {answer.bundle.number} of {of}: I read from your text" if of > 1 else "I read from your text"
    rows = list(_claims(answer.bundle, answer.receiving_name, reader))
    lines = [f"{_INDENT}{label + ' ':<14}{one_line(value)}" for label, value in rows]
    lines += [f"{_INDENT}{'assumed':<14}{one_line(text)}" for text in answer.bundle.assumed]
    unused = [textwrap.shorten(piece.value, 40, placeholder=" …") for piece in answer.bundle.not_understood]
    if unused:
        more = f" and {len(unused) - _UNUSED} more" if len(unused) > _UNUSED else ""
        lines.append(f"{_INDENT}{'not used':<14}" + ", ".join(f'"{text}"' for text in unused[:_UNUSED]) + more)
    return "\n".join([title, *lines])


_UNUSED = 3  # pieces of the text that are shown; --json has them all


def _claims(bundle: Bundle, receiving_name: str | None, reader: ReaderZone) -> Iterator[tuple[str, str]]:
    for claim in bundle.times:
        yield "time", _time(claim, reader)
    if bundle.return_path is not None:
        tenant = f"   (tenant {bundle.return_path.tenant})" if bundle.return_path.tenant else ""
        yield "return-path", f"{bundle.return_path.raw or '<> (the null sender)'}{tenant}"
    for label, texts in (("recipient", bundle.recipients), ("Message-ID", bundle.message_ids)):
        for text in texts:
            yield label, text.value
    for label, single in (
        ("sending IP", bundle.sending_ip),
        ("sending host", bundle.sending_host),
        ("receiving IP", bundle.receiving_ip),
        ("receiving host", bundle.receiving_host),
        ("HELO", bundle.helo),
        ("From", bundle.header_from),
        ("subject", bundle.subject),
        ("never sent", bundle.never_sent),
    ):
        if single is not None:
            host = f"   → {receiving_name}" if label == "receiving IP" and receiving_name else ""
            yield label, single.value + host
    for reply in bundle.replies:
        ids = ", ".join(f"{found.kind.replace('_', ' ')} {found.value}" for found in reply.ids)
        told = ids or (f"given by {reply.product}" if reply.product else "")
        yield "reply", f"{reply.raw}{f'   → {told}' if told else ''}"


def _time(claim: TimeClaim, reader: ReaderZone) -> str:
    readings = claim.candidates
    if not readings:
        return claim.raw
    best = readings[0]
    count = len(readings) - 1
    others = f", and {count} other reading{'' if count == 1 else 's'}" if count else ""
    when = span_text(best.first, best.last) + (reader.beside(best.first, best.last) or " UTC")
    return f"{claim.raw}   → {when} ({best.because or best.basis.value}{others})"


# ---------------------------------------------------------------- what was found

_HEADLINES = {FindingWord.NOT_FOUND: "NOT FOUND", FindingWord.CANNOT_TELL: "CANNOT TELL"}


def _headline(answer: Answer) -> str:
    if answer.finding is FindingWord.FOUND:
        first = answer.matches[0]
        count = len(first.recipients)
        more = f", and {len(answer.matches) - 1} that also fit" if len(answer.matches) > 1 else ""
        more += " (not all are listed; see --limit)" if more and answer.cut else ""
        why = "; ".join(first.match.because[:3])
        head = f"FOUND 1 message, {count} recipient{'' if count == 1 else 's'}{more}"
        return f"{head} · {_sure(first.match.confidence)}: {why}"
    none = "no message in these logs fits; but " if _is_open(answer) else ""
    head = f"{_HEADLINES[answer.finding]} · {none}{answer.because[0] if answer.because else ''}"
    if answer.matches:
        return head
    reasons = answer.because[1 : 1 + _MOST_REASONS]
    cut = len(answer.because) - 1 - len(reasons)
    rest = [f"{_INDENT}… {cut} more reasons; --json has them all"] if cut > 0 else []
    return "\n".join([head, *(f"{_INDENT}{text}" for text in reasons), *rest, *_asked(answer.coverage)])


_MOST_REASONS = 5


def _is_open(answer: Answer) -> bool:
    """Whether nothing was found, and only the last doubt keeps it from being said to be not there."""
    return answer.finding is FindingWord.CANNOT_TELL and not answer.matches and answer.coverage.complete


def _asked(coverage: CoverageFinding) -> list[str]:
    asked = " or ".join(span_text(window.first, window.last) for window in coverage.asked[:3])
    have = " · ".join(dict.fromkeys(_have(source) for source in coverage.sources)) or "nothing"
    more = f" or {len(coverage.asked) - 3} more readings" if len(coverage.asked) > 3 else ""
    return [*([f"{_INDENT}asked  {asked}{more} UTC"] if asked else []), f"{_INDENT}have   {have}"]


def _have(source: Coverage) -> str:
    return f"{source.host or '(no host)'} {source.format} {span_text(source.first, source.last)}"


def _sure(confidence: float) -> str:
    if confidence >= 0.98:
        return "certain"
    return "likely" if confidence >= 0.8 else "possible"


def _matches(answer: Answer, reader: ReaderZone) -> list[str]:
    if not answer.matches:
        return []
    found = answer.finding is FindingWord.FOUND
    blocks = []
    for number, matched in enumerate(answer.matches):
        if number or not found:
            blocks.append(_alternative(answer, matched, reader))
        else:
            blocks += [
                fates_text(matched.recipients, answer.line_number, reader),
                timeline_text(timeline_of(matched.recipients), answer.line_number, reader, answer.coverage.sources),
            ]
    return blocks


def _alternative(answer: Answer, matched: Matched, reader: ReaderZone) -> str:
    arrival = matched.arrival
    received = stamp(arrival.first) + reader.beside(arrival.first)
    path = "an unnamed sender" if arrival.reverse_path is None else arrival.reverse_path or "<>"
    who = f"from {path} by {arrival.client_ip or 'unknown'}"
    found = "Also fits" if answer.finding is FindingWord.FOUND else "May be it"
    head = f"{found} ({_sure(matched.match.confidence)}): {received} {who}, id {arrival.local_id or arrival.id[:8]}"
    return "\n".join(
        [
            head,
            f"{_INDENT}because: {'; '.join(matched.match.because[:4])}",
            fates_text(matched.recipients, answer.line_number, reader),
        ]
    )


def fates_text(fates: Sequence[RecipientFate], line_number: LineNumber, reader: ReaderZone) -> str:
    """Gives each recipient's fate, what happened, and what came later."""
    rows = list(islice(_fate_rows(fates, line_number, reader, depth=0), _MOST_FATES))
    width = min(max((len(row.name) for row in rows), default=0) + 2, 40)
    lines = [line for row in rows for line in row.lines(width)]
    left = Counter(islice(_words_of(fates), _MOST_FATES, None))
    if left:
        counts = ", ".join(f"{count:,} {word.upper()}" for word, count in left.most_common())
        lines.append(f"{_INDENT}… {left.total():,} more recipients ({counts}); --json has them all, --to asks for one")
    return "\n".join(lines)


_MOST_FATES = 200


def _words_of(fates: Sequence[RecipientFate]) -> Iterator[str]:
    """The fates in the order of their rows."""
    for fate in fates:
        yield fate.fate.value
        yield from _words_of(fate.children)


class _FateRow(NamedTuple):
    """One recipient: name (members of a list indented), fate, what happened, how late, why a guess, and what later."""

    name: str
    word: str
    story: str
    notes: tuple[str, ...]
    later: tuple[str, ...]

    def lines(self, width: int) -> Iterator[str]:
        margin = len(_INDENT) + width + 14
        story = textwrap.wrap(self.story, _WIDTH - margin) or [""]
        yield f"{_INDENT}{shorten(self.name, width - 2):<{width}}{self.word:<14}{story[0]}"
        for text in story[1:]:
            yield " " * margin + text
        for note in self.notes:
            yield from (" " * margin + text for text in textwrap.wrap(f"({note})", _WIDTH - margin))
        for text in self.later:
            yield from (" " * margin + part for part in textwrap.wrap(text, _WIDTH - margin))


def _fate_rows(
    fates: Sequence[RecipientFate], line_number: LineNumber, reader: ReaderZone, depth: int
) -> Iterator[_FateRow]:
    for fate in fates:
        name = "  " * depth + (fate.recipient or "(no recipient named)")
        final = f" (mailbox {fate.final_recipient})" if fate.final_recipient else ""
        story = one_line(fate.outcome.sentence) + final + _decided_at(fate, reader) + _move(fate)
        late = lateness_of(fate.delays)
        notes = (*([late] if late else []), *fate.outcome.because, *fate.inferred)
        yield _FateRow(name, fate.fate.value.upper(), story, notes, tuple(_later(fate, line_number, reader)))
        yield from _fate_rows(fate.children, line_number, reader, depth + 1)


def _decided_at(fate: RecipientFate, reader: ReaderZone) -> str:
    if fate.deciding is None:
        return ""
    instant = fate.deciding.instant
    return f", {stamp(instant)}{reader.beside(instant)}"


_MOST_LATER = 8


def _later(fate: RecipientFate, line_number: LineNumber, reader: ReaderZone) -> Iterator[str]:
    """What was done to the copy after its fate; the day only where it is another one."""
    day = stamp(fate.deciding.instant)[:10] if fate.deciding is not None else ""
    for later in fate.after[:_MOST_LATER]:
        time = stamp(later.event.instant).removeprefix(f"{day} ") + reader.beside(later.event.instant)
        doubt = f" ({'; '.join(later.because)})" if later.because else ""
        yield f"later: {one_line(later.what)} {time} {later.by}{doubt} {place_of(later.event, line_number)}".rstrip()
    if len(fate.after) > _MOST_LATER:
        yield f"later: {len(fate.after) - _MOST_LATER} more; --json has them all"


_MOVES = {
    Owner.US: "us",
    Owner.RECIPIENT: "the recipient",
    Owner.SENDER: "the sender",
    Owner.NEXT_HOP: "the next system",
}


def _move(fate: RecipientFate) -> str:
    owner = _MOVES.get(fate.outcome.owner)
    return f" → {owner}" if owner else ""


# ---------------------------------------------------------------- the lines

_MOST_LINES = 60
_WIDEST = 16


class _Widths(NamedTuple):
    """How wide the columns of a timeline are."""

    host: int
    program: int


def timeline_of(fates: Sequence[RecipientFate]) -> tuple[Event, ...]:
    """Gives the lines of all ways, each once, in order."""
    return in_order(*(fate.timeline for fate in fates))


def timeline_text(
    events: Sequence[Event], line_number: LineNumber, reader: ReaderZone, sources: Sequence[Coverage]
) -> str:
    """Gives one row for each line; `sources` tell which zones were assumed."""
    if not events:
        return ""
    shown = events[:_MOST_LINES]
    cut = [f"{_INDENT}… {len(events) - len(shown)} more lines; --json has them all"] if len(events) > len(shown) else []
    day = stamp(events[0].instant)[:10]
    widths = _Widths(
        host=min(max([6, *(len(event.host or "") for event in shown)]), _WIDEST),
        program=min(max([9, *(len(_program(event)) for event in shown)]), _WIDEST),
    )
    return "\n".join(
        [
            f"Timeline ({day}, UTC{reader.heading(event.instant for event in shown)}{_zones(sources)})",
            *(_row(event, line_number, day, widths) for event in shown),
            *cut,
        ]
    )


def _zones(sources: Sequence[Coverage]) -> str:
    assumed = {
        f"{source.host or source.format} {source.zone}" for source in sources if source.basis is TimeBasis.ZONE_ASSUMED
    }
    return f"; zone assumed: {', '.join(sorted(assumed))}" if assumed else ""


def _program(event: Event) -> str:
    return event.service or event.program or "-"


def _row(event: Event, line_number: LineNumber, day: str, widths: _Widths) -> str:
    told = rfc3339(event.instant, min(event.digits, 3))
    time = told[11:-1] if told[:10] == day else told[5:-1].replace("T", " ")
    place = place_of(event, line_number)
    what = shorten(one_line(what_of(event)), 70)
    who = f"{event.host or '-':<{widths.host}} {_program(event):<{widths.program}}"
    return f"{_INDENT}{time:<13} {who} {what:<70} {place}".rstrip()


def place_of(event: Event, line_number: LineNumber) -> str:
    """Gives the file, without its folders, and the number of an event's line."""
    if event.line is None:
        return ""
    file = event.line.place.file.replace("\\", "/").rpartition("/")[2]
    return f"{file}:{line_number(event.line.place)}"


# ---------------------------------------------------------------- coverage, next


def _coverage(answer: Answer, reader: ReaderZone) -> str:
    sources = answer.coverage.sources
    ends = sorted(end for source in sources for end in (source.first, source.last))
    lines = [f"{_INDENT}{_source(source)}" for source in sources]
    missing = answer.coverage.missing
    lines += [f"{_INDENT}missing: {one_line(text)}" for text in missing[: _MOST_REASONS + 1]]
    if len(missing) > _MOST_REASONS + 1:
        lines.append(f"{_INDENT}… {len(missing) - _MOST_REASONS - 1} more that are missing; --json has them all")
    known = f", by the site file {one_line(answer.site_file)}" if answer.site_file else ""
    return "\n".join([f"What the logs cover (UTC{reader.heading(ends)}{known})", *lines])


def _source(source: Coverage) -> str:
    gaps = f"{len(source.holes)} gap{'' if len(source.holes) == 1 else 's'}" if source.holes else "no gap"
    assumed = f", zone {source.zone} assumed" if source.basis is TimeBasis.ZONE_ASSUMED else ""
    name = f"{source.host or '(no host)'} {source.format}"
    span = span_text(source.first, source.last)
    return f"{name:<17} {span}, {gaps}, {source.unread:,} of {_read(source)} unread{assumed}"


def _read(source: Coverage) -> str:
    if source.lines_read == source.lines:
        return f"{source.lines:,} lines"
    return f"{source.lines_read:,} lines read, of {source.lines:,}"


def _next(answer: Answer) -> str:
    short = [step for step in answer.next_steps if "\n" not in step]
    lines = [f"{_INDENT}{one_line(step)}" for step in short[:_MOST_STEPS]]
    if len(short) > _MOST_STEPS:
        lines.append(f"{_INDENT}… {len(short) - _MOST_STEPS:,} more steps; --json has them all")
    parts = ["\n".join(["Next", *lines])] if short else []
    return "\n\n".join([*parts, *(_to_paste(step) for step in answer.next_steps if "\n" in step)])


_MOST_STEPS = 40


def _to_paste(step: str) -> str:
    """Lines that are meant to be copied as they are, below their heading."""
    heading, *lines = step.split("\n")
    return "\n".join([heading, *(f"{_INDENT}{one_line(line)}" for line in lines)])


# ---------------------------------------------------------------- small things


def stamp(instant: Instant) -> str:
    """Gives an instant in UTC, to the second."""
    return rfc3339(instant, 0)[:-1].replace("T", " ")


def span_text(first: Instant, last: Instant) -> str:
    """Gives two instants in UTC; the day of the second only where it is another one."""
    start, end = stamp(first), stamp(last)
    if start == end:
        return start
    return f"{start}–{end[11:]}" if start[:10] == end[:10] else f"{start} – {end}"


def one_line(text: str) -> str:
    """Gives a text with single blanks for all line ends and blanks."""
    return " ".join(text.split())
