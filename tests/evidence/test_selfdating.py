"""Identifiers of senders and receivers that carry their own clock, against values whose moment is known."""

import pytest

from grammars.core import selfdating
from grammars.core.event import rfc3339


@pytest.mark.parametrize(
    ("decoder", "text", "moment"),
    [
        ("ses_id", "0100017b0e35a8c6-11111111-2222-3333-4444-555555555555-000000", "2021-08-03T22:50:02.822"),
        ("ses_id", "0101016ffeb63bb7-11111111-2222-3333-4444-555555555555-000000", "2020-02-01T03:05:53.335"),
        ("gmail_reply", "250 2.0.0 OK  1461095248 m143si2210036ioe.159 - gsmtp", "2016-04-19T19:47:28.000"),
        ("sendgrid_message_id", "14c5d75ce93.dfd.64b469.filter0001.16648.57168B4A0.0", "2016-04-19T19:47:22.000"),
        ("sendgrid_message_id", "x.filterdrecv-6-644A5C0F-18.0", "2023-04-27T11:27:11.000"),
        (
            "marketo_message_id",
            "1519752677.26649269.1777416893751@mlm-mktmail-batch.prod.ca13.marketo.example",
            "2026-04-28T22:54:53.751",
        ),
        (
            "mailchimp_message_id",
            "0a1b2c.3d4e.20161118160230.5f6a.7b8c@mail16.sea31.mcsv.net",
            "2016-11-18T16:02:30.000",
        ),
        ("exim_id", "1RwtK9-0004SS-Fm", "2012-02-13T10:39:57.000"),
        ("postfix_queue_id", "4CXKb61hkLz22xZY", "2020-11-13T00:48:34.239"),
        ("sendmail_queue_id", "kA50s0cL029158", "2006-11-05T00:54:00.000"),
        ("mimecast_thread", "SmtpThread-230451-1550091842414@snd-mta-2.snd.mimecast.lan", "2019-02-13T21:04:02.414"),
        ("message_id_of_postfix", "20261123102401.3F2A1B4C5D@out1.example", "2026-11-23T10:24:01.000"),
    ],
)
def test_an_id_names_its_moment(decoder: str, text: str, moment: str) -> None:
    """The ids of the field notes decode to the moments that their own messages prove."""
    found = getattr(selfdating, decoder)(text)
    assert found is not None
    assert rfc3339(found, 3) == f"{moment}Z"


@pytest.mark.parametrize(
    ("decoder", "text"),
    [
        ("ses_id", "0100ffffffffffff-11111111-2222-3333"),
        ("exim_id", "1RwtK9-0004SS-F"),
        ("sendmail_queue_id", "kZ50s0cL029158"),
        ("sendmail_queue_id", "zzzzzzzz029158"),
        ("marketo_message_id", "1519752677.26649269.1777416893751@elsewhere.example"),
        ("gmail_reply", "250 2.0.0 OK  1461095248 queued"),
        ("message_id_of_postfix", "20261399102401.3F2A1B4C5D@out1.example"),
    ],
)
def test_what_is_no_such_id_names_nothing(decoder: str, text: str) -> None:
    """A text of another form, or one that names no moment, gives None."""
    assert getattr(selfdating, decoder)(text) is None
