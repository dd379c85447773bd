"""The words that people and programs put before a value, and what each of them names."""

from functools import lru_cache

from correlator.evidence.expressions import expression
from correlator.evidence.fields import Field
from correlator.evidence.maillabels import MAIL_WORDS

_PLAIN = str.maketrans(
    {"\xe4": "ae", "\xf6": "oe", "\xfc": "ue", "\xdf": "ss"}
    | dict(zip("\xe0\xe1\xe2\xe3\xe7\xe8\xe9\xea\xed\xf1\xf3\xf4\xf5\xfa", "aaaaceeeinooou", strict=True))
)
_SQUEEZE = expression(r"[^a-z0-9]+")
_WORDS: dict[tuple[Field, int], str] = {
    (Field.TIME, 0): """
        timestamp, time, date, datetime, date time, date and time, time and date, date/time, delivered at,
        delivered on, delivered, delivery time, delivery date, delivery timestamp, delivery date time, time
        delivered, date delivered, time of delivery, date of delivery, event time, event date, event timestamp,
        eventdate, log time, log date, logged at, logged, time logged, timelogged, log timestamp, last attempt
        date, last attempt, last event time, accept time, accepted at, accepted, acceptance time, date accepted,
        ts event, when, at, smtp time, transaction time, transmission time, activity date, occurred at, time
        stamp, delivery at, event at, time utc, utc time, date utc, epoch, unix time, unix timestamp,
        epoch ms, epoch millis, epoch seconds, unix ms, unix time ms, time epoch, bounced
        at, bounce time, bounce date, failed at, rejected at, deferred at, attempted at, attempt time, time of
        attempt, handed over at, handoff time, handed off at, local time, timestamp utc, datum, uhrzeit, zeit,
        zeitpunkt, zeitstempel, heure, fecha, hora, data,
        """,
    (Field.TIME, 2): """
        sent, sent at, sent on, sent time, sent date, time sent, date sent, send time, send date, sending time,
        sent timestamp, time of sending, received, received at, received on, receipt time, received time, date
        received, end date, end time, date time utc, origin timestamp, origin timestamp utc, x originaldate,
        gesendet, envoye, enviado, inviato, verzonden,
        """,
    (Field.TIME, 4): """
        created, created at, queued at, queued, time queued, timequeued, injection time, injected at, injected,
        start date, start time, arrival date, submitted, submitted at, submission time, processed at, processed,
        first attempt, ts, creation time, scheduled at, request time,
        """,
    (
        Field.ZONE,
        0,
    ): """
        time zone, timezone, tz, zone, utc offset, zeitzone, times are in, all times, all times in, all times
        are in, times in, times
        """,
    (Field.RETURN_PATH, 0): """
        return path, returnpath, rp, env sender, return address, return path address, x return path, bounce
        address, bounce path, bounces to, errors to, envelope from, envelope sender, envelope from address, env
        from, mail from, mailfrom, smtp mail from, smtp from, smtp mailfrom, x mailfrom, x envelope from, x
        envelope sender, reverse path, mfrom, rfc5321 from, rfc5321 mailfrom, 5321 from, 5321 mailfrom, p1
        sender, bounce email, bounce email address, envelope return path, smtp envelope from, smtp sender,
        return path header, mail from address, x postfix sender, orig, smtp.mailfrom, return path email, return
        path id, envelope address, retpath, ret path, rpath, absenderumschlag, orig sender, from envelope,
        sender envelope,
        """,
    (
        Field.RETURN_PATH,
        5,
    ): """
        sender, sender address, sender email, sender email address, senderaddress, sender id, sending address,
        p2 sender, absender, envelope
        """,
    (Field.SENDING, 0): """
        sending ip, sending ip host, sending host ip, sending ip address, sender ip, sender ip address, source
        ip, source ip address, outbound ip, outbound ip address, from ip, from ip address, originating ip,
        origin ip, our ip, our ip address, client ip, client ip address, connecting ip, connection ip, egress
        ip, sendingip, sip, src ip, srcip, ip sending, ip source, ip of sender, ip from, sent from ip, sent
        from, sent via, sent through, delivery ip, local ip, dlvsourceip, dlv source ip, source address, sending
        server, sending server ip, sending host, sending mta, sending mta ip, sending mail server, sender
        server, sender host, source host, source server, outbound server, outbound host, outbound mta, reporting
        mta, our server, our mta, sending hostname, smtp source ip, sending mx, mta ip, original client ip,
        fromip, sending relay, outgoing ip, outgoing server, dedicated ip, x sender ip, x originating ip,
        sending ips, ip out, bind address, x binding ip,
        """,
    (
        Field.SENDING,
        5,
    ): """
        generating server, ip, ip address, ipaddress, ip addr, vmta, client, source, src, connection from,
        connected from, received from
        """,
    (Field.RECEIVING, 0): """
        receiving ip, receiving ip host, receiving host ip, receiving ip address, receiver ip, recipient ip, mx
        ip, mx ip address, destination ip, destination ip address, dest ip, dst ip, remote ip, remote ip
        address, remote mta ip, recipient server, recipient server ip, receiving server, receiving server ip,
        receiving host, receiving mta, receiving mta ip, receiving mail server, receiving mx, recipient mx,
        recipient mta, recipient mail server, remote mta, remote server, remote host, remote mx, destination
        server, destination host, destination mta, destination mx, mx, mx host, mx record, mx server, mx
        hostname, your server, your mx, your ip, your mail server, your gateway, delivered to ip, to ip, toip,
        target ip, target server, target host, inbound ip, inbound server, dsn mta, dsnmta, dlvdestinationip,
        dlv destination ip, destination address, relay, relay ip, relay host, server ip, peer ip, rip, dstip,
        smtp destination ip, receiving hostname, ip receiving, ip destination, ip of recipient, ip to, recipient
        host, recipient hostname, remote hostname, remote mtaip, remotemtaip, accepted by, accepting server,
        accepting ip, next hop, connected to, response from, receiving ips, delivered to server, delivered to
        mx, x receiving ip, receivingip, handed to, handed over to, handed off to,
        """,
    (
        Field.RECEIVING,
        5,
    ): "server, mail server, host, hostname, host name, mta, dest, dst, destination, peer, site, remote",
    (Field.RECIPIENT, 0): """
        recipient, recipients, recipient address, recipient email, recipient email address, recipient s, rcpt,
        rcpt to, rcptto, rcpt address, envelope to, env to, to, to address, to email, email to, email, email
        address, e mail, e mail address, mail address, emailaddress, recipientaddress, recipient addresses,
        delivered to, final recipient, original recipient, x original to, x failed recipients, orig recipient,
        forward path, addressee, affected user, affected users, affected recipient, affected recipients,
        mailbox, sent to, smtp rcpt to, subscriber, subscriber key, subscriberkey, user, user email, contact,
        contact email, lead, lead email, customer email, orig to, orcpt, raw rcpt to, empfaenger, destinataire,
        destinatario, to header, header to, an,
        """,
    (Field.MESSAGE_ID, 0): """
        message id, messageid, msg id, msgid, smtp id, internet message id, internetmessageid, rfc message id,
        rfc822 message id, rfc 822 message id, message id header, header message id, mid header, email message
        id, mail id, x message id, original message id, rfc5322 message id,
        """,
    (Field.DATED_ID, 0): """
        sg message id, sg event id, ses message id, x sg id, x ses outgoing, queue id of sender, our queue id,
        our message id, internal id, sender queue id, x postfix queue id, feedback id, x marketoid, original
        envelope id, envelope id, our id, local queue id, sending queue id,
        """,
    (Field.REPLY, 0): """
        smtp reply, smtp response, smtp reply text, smtp message, smtp result, reply, response, remote response,
        server response, remote reply, server reply, diagnostic, diagnostic code, diagnostics, diag, dsn diag,
        dsndiag, server said, remote server said, host said, they said, your server said, your server answered,
        smtp transcript, server answered, answered, answer, recipient server response, receiving server
        response, response from server, response from your server, response message, mta response, smtp server
        response, delivery response, final response, last response, smtp answer, smtp diagnostic, remote server
        response, remote mta response, response text, smtp bounce reason, smtpbouncereason, smtpmessage,
        smtpresponse, diagnosticcode, raw reason, rawreason, reply from your server, receipt acknowledgement,
        bounce response, remote server replied, remote server returned, server replied, server returned,
        response received, accepted with, acceptance message, antwort, serverantwort, their reply, their
        response, your reply, your response, smtp log, mx response, response code text, remote message, smtp
        return, reply was, response was, smtp conversation, x response,
        """,
    (Field.REPLY, 5): """
        reason, bounce reason, error, error message, error text, details, detail, description, bounce message,
        bounce description, rejection, rejection message, failure reason, message, delivery status notification,
        result, outcome, delivery result, status detail, status details, last error, smtp error, non delivery
        reason, ndr, log, log line, log entry,
        """,
    (Field.STATUS, 0): """
        status, delivery status, status code, smtp code, smtp status, smtp status code, smtpcode, reply code,
        response code, code, enhanced status, enhanced status code, enhanced code, enhanced, dsn, dsn status,
        dsnstatus, dsn code, smtperrorcode, smtpstatuscode, event, event type, eventtype, event status, state,
        action, recipient status, disposition, final status,
        """,
    (Field.QUEUE_ID, 0): """
        queue id, queueid, qid, remote queue id, your queue id, queued as, queued id, server queue id, remote
        id, receiving queue id, remote message id, recipient queue id, smtp queue id, destination queue id,
        queue number, mta id, transaction id, acceptance id, server id,
        """,
    (Field.HEADER_FROM, 0): """
        from, from address, from email, email from, from header, header from, friendly from, from name, display
        from, rfc5322 from, 5322 from, from field, visible from, p2 from, fromaddress, fromemail, von, de, msg
        from, mime from, from domain,
        """,
    (
        Field.SUBJECT,
        0,
    ): """
        subject, subject line, email subject, message subject, mail subject, subj, betreff, objet, asunto,
        oggetto, onderwerp, message title
        """,
    (
        Field.HELO,
        0,
    ): """
        helo, ehlo, helo ehlo, helo name, helo string, helo domain, ehlo name, ehlo domain, ehlo string, smtp
        helo, helo host, ehlo host, helo hostname
        """,
    (Field.NOTES, 0): """
        attempt, delivery attempt, try, retry, transcript, session, history, note, notes, comment, comments,
        delivery log, events, summary, explanation, what happened, remark,
        """,
    (Field.IGNORED, 0): """
        size, message size, bytes, total bytes, campaign, campaign name, campaign id, job id, jobid, batch id,
        batchid, list id, tls, cipher, tls version, tls cipher, ssl, country, user agent, useragent, tag, tags,
        category, attempts, attempt number, num attempts, retries, delay, delays, port, direction, priority,
        ticket, ticket number, case, case number, case id, reference, ref, url, ip pool, pool, content type,
        mime version, content transfer encoding, x mailer, list unsubscribe, list unsubscribe post, dkim
        signature, authentication results, arc seal, arc message signature, arc authentication results, received
        spf, reply to, cc, bcc, dkim, spf, dmarc, spf result, dkim result, opened at, clicked at, opened,
        clicked, open time, click time, name, first name, last name, company, account, account id, subaccount,
        template, processing time, index, row, no, nr, number, id, type, bounce type, bounce category,
        bouncecat, domain, recipient domain, sending domain, munchkin id, x spam status,
        """,
}


def squeezed(label: str) -> str:
    """Gives a label as it is looked up: letters and digits only, in lower case."""
    lower = label.lower()
    return _SQUEEZE.sub("", lower if lower.isascii() else lower.translate(_PLAIN))


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[Field, int]]:
    table: dict[str, tuple[Field, int]] = {}
    for meaning, words in (*MAIL_WORDS, *_WORDS.items()):
        for word in words.split(","):
            if key := squeezed(word):
                table.setdefault(key, meaning)
    return table


def _with_one_left_out(key: str) -> set[str]:
    return {key[:at] + key[at + 1 :] for at in range(len(key))}


@lru_cache(maxsize=1)
def _mistyped() -> dict[str, tuple[Field, int] | None]:
    """Labels with one letter left out, each with its meaning; None where two meanings meet."""
    near: dict[str, tuple[Field, int] | None] = {}
    for key, meaning in _table().items():
        if len(key) >= _LONG_ENOUGH:
            for form in _with_one_left_out(key):
                near[form] = meaning if near.get(form, meaning) == meaning else None
    return near


_LONG_ENOUGH = 7  # letters: shorter words are one letter away from too many others


@lru_cache(maxsize=4096)
def meaning_of(label: str) -> tuple[Field, int] | None:
    """Gives what a label names and its rank (0 is firmest), or None where it is no label we know.

    Forgives a letter too many, too few, wrong, or swapped with its neighbour, in long labels.
    """
    key = squeezed(label)
    if not key or len(key) > _LONGEST:
        return None
    exact = _table().get(key) or _table().get(_ORDINAL.sub("", key))
    if exact is not None or len(key) < _LONG_ENOUGH:
        return exact
    near = _mistyped()
    meanings = {near[form] for form in (key, *_with_one_left_out(key)) if form in near}
    found = meanings.pop() if len(meanings) == 1 else None
    return found if found is None or found[0] is not Field.IGNORED else None


_LONGEST = 48
_ORDINAL = expression(r"^(?:the|our|x)|\d{1,2}$")


def knows(label: str) -> bool:
    """Whether a label is known to the letter."""
    return squeezed(label) in _table()
