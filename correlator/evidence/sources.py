"""What the fields of each source's records mean: the same name means different things from one to the next.

A record is a JSON object (a webhook's, an API's) or a row of an export whose headings are the
same names.  Sources: the vendors' references as named beside each table (field notes A1).
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from correlator.evidence.fields import Field
from correlator.evidence.labels import squeezed

Meaning = tuple[Field, int]


class Adapter(NamedTuple):
    """One source: `needs` are keys that tell it, any set of them; `fields` maps the end of a path to its meaning.

    Of its words for events, `unsent` say that the sender did not send, `early` that the message was
    not handed over yet, `engaged` that a reader did something with it.  `zone` is that of times
    which state none, and who says so.  Records with the same values of all keys in `together` are
    one message.
    """

    name: str
    needs: tuple[frozenset[str], ...]
    fields: Mapping[str, tuple[Meaning, ...]]
    unsent: frozenset[str] = frozenset()
    early: frozenset[str] = frozenset()
    engaged: frozenset[str] = frozenset()
    zone: str = ""
    together: frozenset[str] = frozenset()

    def meanings(self, path: tuple[str, ...]) -> tuple[Meaning, ...]:
        """Gives what a value at a path means; nothing where the source's reference says nothing that we use."""
        for length in range(min(_DEEPEST, len(path)), 0, -1):
            found = self.fields.get(".".join(path[-length:]))
            if found:
                return found
        return ()


_DEEPEST = 3  # steps of a path that tell a field
_LISTS = ("unsent", "early", "engaged", "together")


def _adapter(name: str, needs: str, /, *, zone: str = "", **said: str) -> Adapter:
    lists = {kind: said.pop(kind, "") for kind in _LISTS}
    meanings: dict[str, tuple[Meaning, ...]] = {}
    for kind, paths in said.items():
        field, _, rank = kind.rpartition("_") if kind[-1].isdigit() else (kind, "", "0")
        for path in paths.split():
            meanings[path] = (*meanings.get(path, ()), (Field[field.upper()], int(rank)))
    return Adapter(
        name=name,
        needs=tuple(frozenset(each.split("+")) for each in needs.split()),
        fields=meanings,
        zone=zone,
        unsent=_words(lists["unsent"]),
        early=_words(lists["early"]),
        engaged=_words(lists["engaged"]),
        together=frozenset(lists["together"].split()),
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(squeezed(word) for word in text.split())


ADAPTERS = (
    # mailchimp.com/developer/transactional/docs/webhooks: `msg.ts` is the call, `smtp_events` the delivery;
    # opens and clicks are kept inside of the message
    _adapter(
        "Mandrill",
        "smtp_events msg+_id+ts smtp_events+_id",
        time="smtp_events.ts",
        time_3="ts",
        time_5="msg.ts",
        ignored="opens.ts clicks.ts opens_detail.ts clicks_detail.ts resends.ts opens.ip clicks.ip location.ip",
        sending="smtp_events.source_ip",
        receiving="smtp_events.destination_ip",
        reply="smtp_events.diag diag",
        recipient="email",
        header_from="sender",
        subject="subject",
        event="event state",
        same="_id",
        unsent="reject rejected",
        engaged="open click spam unsub",
    ),
    # docs.sendgrid.com, Event Webhook reference: `ip` is the sending IP except in opens and clicks;
    # `type` blocked is a refusal by the receiver, `dropped` none
    _adapter(
        "SendGrid",
        "sg_event_id sg_message_id",
        time="timestamp",
        recipient="email",
        message_id="smtp-id",
        reply="response reason",
        sending="ip",
        dated_id="sg_message_id",
        same="sg_message_id",
        event="event",
        status="status",
        subject="subject",
        sender="from",
        unsent="dropped",
        early="processed",
        engaged="open click spamreport unsubscribe group_unsubscribe group_resubscribe",
    ),
    # docs.sendgrid.com, Email Activity API and its CSV (one row per event): message ids are SendGrid's own;
    # `originating_ip` is who called the API
    _adapter(
        "SendGrid activity",
        "msg_id+from_email msg_id+to_email outbound_ip+to_email processed+recv_message_id processed+outbound_ip",
        header_from="from_email from",
        recipient="to_email email",
        subject="subject",
        sending="outbound_ip",
        time="events.processed events.timestamp processed",
        time_3="last_event_time",
        receiving="mx mx_server",
        reply="reason",
        dated_id="msg_id recv_message_id",
        same="msg_id message_id",
        event="event_name event",
        ignored="originating_ip http_user_agent user_agent url status api_key_id credential_id asm_group_id template_id"
        " outbound_ip_type attempt type is_unique username categories teammate unique_args",
        unsent="dropped drop",
        early="processed",
        engaged="opened clicked open click spam_report unsubscribe group_unsubscribe group_resubscribe",
        zone="UTC by as SendGrid's reference says",
    ),
    # docs.aws.amazon.com/ses, event and notification contents: `mail.source` is what the sender asked for, the
    # envelope on the wire is SES's own; `mail.messageId` becomes the local part of the Message-ID
    _adapter(
        "Amazon SES",
        "mail+notificationType mail+eventType mail+delivery mail+bounce mail+destination",
        time="delivery.timestamp bounce.timestamp deliveryDelay.timestamp",
        time_4="mail.timestamp",
        dated_id="mail.messageId",
        message_id="mail.messageId",
        same="mail.messageId",
        header_from="mail.commonHeaders.from",
        sender_5="mail.source",
        recipient="delivery.recipients bouncedRecipients.emailAddress delayedRecipients.emailAddress",
        recipient_3="mail.destination",
        reply="delivery.smtpResponse bouncedRecipients.diagnosticCode delayedRecipients.diagnosticCode",
        sending="delivery.reportingMTA deliveryDelay.reportingMTA",
        amazon="bounce.reportingMTA",
        receiving="delivery.remoteMtaIp bounce.remoteMtaIp",
        subject="commonHeaders.subject",
        event="eventType notificationType bounceSubType detail-type",
        status="bouncedRecipients.status",
        ignored="mail.headers",
        unsent="Reject RenderingFailure Suppressed OnAccountSuppressionList",
        early="Send",
        engaged="Open Click Complaint Subscription",
    ),
    # documentation.mailgun.com, event structure: `timestamp` is a float; `reason` tells suppressed from refused
    _adapter(
        "Mailgun",
        "event-data delivery-status envelope+delivery-status",
        time="timestamp",
        recipient="recipient",
        sender="envelope.sender",
        sending="envelope.sending-ip",
        recipient_3="envelope.targets",
        receiving="delivery-status.mx-host",
        reply="delivery-status.message delivery-status.description",
        event="event event-data.reason reason",
        status="delivery-status.code",
        message_id="headers.message-id",
        header_from="headers.from",
        subject="headers.subject",
        ignored="signature.timestamp reject.reason",
        same="event-data.message.headers.message-id",
        unsent="suppress-bounce suppress-complaint suppress-unsubscribe rejected",
        early="accepted stored",
        engaged="opened clicked unsubscribed complained",
    ),
    # developers.sparkpost.com, webhook events: `ip_address` is the receiver except in opens and clicks
    _adapter(
        "SparkPost",
        "msys msg_from+rcpt_to rcpt_to+sending_ip",
        time="timestamp",
        time_5="injection_time",
        return_path="msg_from",
        recipient="rcpt_to",
        sending="sending_ip",
        receiving="ip_address",
        reply="raw_reason",
        reply_5="reason",
        header_from="friendly_from",
        subject="subject",
        event="type event_type",
        status="error_code",
        ignored="routing_domain num_retries queue_time ip_pool raw_rcpt_to",
        same="message_id",
        unsent="policy_rejection generation_failure generation_rejection",
        early="injection reception",
        engaged="open initial_open click amp_open amp_initial_open amp_click spam_complaint list_unsubscribe"
        " link_unsubscribe",
    ),
    # postmarkapp.com/developer/webhooks: MessageID is Postmark's own, `Type` Blocked a refusal by the receiver
    _adapter(
        "Postmark",
        "RecordType MessageEvents+MessageID",
        time="DeliveredAt BouncedAt MessageEvents.ReceivedAt",
        time_5="ReceivedAt",
        recipient="Recipient Email MessageEvents.Recipient",
        ignored="Description BouncedAtUtc Geo.IP ClientIP From.Email Cc.Email Bcc.Email Details.Summary"
        " Details.Link Details.UserAgent Details.Origin",
        receiving="Details.DestinationServer Details.DestinationIP",
        reply="Details Details.DeliveryMessage",
        event="RecordType Type",
        header_from="From",
        subject="Subject",
        same="MessageID",
        unsent="SMTPApiError TemplateRenderingFailed",
        engaged="Open Opened Click LinkClicked SpamComplaint SubscriptionChange SubscriptionChanged",
    ),
    # postmarkapp.com/developer/api/overview: 406 is the refusal to send to an inactive recipient
    _adapter("Postmark error", "ErrorCode+Message", event="ErrorCode", notes="Message", unsent="406"),
    # legacydocs.hubspot.com, email events: milliseconds; `sentBy` is another event
    _adapter(
        "HubSpot",
        "emailCampaignId portalId+recipient smtpId+created hmid",
        time="created",
        ignored="dropMessage sentBy.created causedBy.created obsoletedBy.created sentBy.id causedBy.id",
        recipient="recipient",
        message_id="smtpId",
        reply="response",
        status="status",
        header_from="from",
        subject="subject",
        event="type dropReason",
        unsent="DROPPED SUPPRESSED PREVIOUSLY_BOUNCED PREVIOUS_SPAM PREVIOUSLY_UNSUBSCRIBED_MESSAGE",
        early="SENT PROCESSED",
        engaged="OPEN CLICK STATUSCHANGE SPAMREPORT PRINT FORWARD",
        same="hmid sentBy.id",
    ),
    # developers.brevo.com, transactional webhooks: `date` is in the account's zone, `ts_event` counts;
    # `blocked` and `invalid_email` are decided by Brevo
    _adapter(
        "Brevo",
        "message-id+sending_ip ts_event message-id+ts",
        time="ts_event",
        time_3="ts ts_epoch",
        message_id="message-id",
        recipient="email",
        sending="sending_ip",
        reply="reason",
        event="event",
        subject="subject",
        header_from="sender_email",
        unsent="blocked invalid_email",
        early="request sent",
        engaged="opened unique_opened click clicks spam unsubscribed proxy_open unique_proxy_open complaint",
    ),
    # developers.brevo.com, GET /smtp/statistics/events: `ip` is the reader's
    _adapter(
        "Brevo events",
        "messageId+event+email",
        time="date",
        message_id="messageId",
        recipient="email",
        reply="reason",
        event="event",
        subject="subject",
        header_from="from",
        ignored="ip link",
        unsent="blocked invalid",
        early="requests",
        engaged="opened clicks spam unsubscribed loadedByProxy",
    ),
    # dev.mailjet.com, event API: MessageID is a number of Mailjet's; `blocked` is decided by Mailjet
    _adapter(
        "Mailjet",
        "mj_campaign_id mj_message_id mj_contact_id",
        time="time",
        recipient="email",
        reply="smtp_reply comment",
        event="event",
        same="MessageID Message_GUID",
        ignored="ip url agent geo error error_related_to",
        unsent="blocked",
        engaged="open click spam unsub",
    ),
    # resend.com/docs/webhooks: `created_at` outside is the event's, inside the message's
    _adapter(
        "Resend",
        "email_id+created_at+data",
        time="created_at",
        time_4="data.created_at",
        recipient="to",
        header_from="from",
        subject="subject",
        reply="bounce.message",
        event="type bounce.subType",
        message_id="data.message_id",
        same="email_id",
        unsent="email.suppressed email.failed Suppressed",
        early="email.sent email.scheduled",
        engaged="email.opened email.clicked email.complained",
    ),
    # scaleway.com/en/docs/transactional-email, webhook payloads: `email_dropped` is a refusal by the receiver
    _adapter(
        "Scaleway",
        "email_id+email_from email_response_message",
        time="email_sent_at",
        time_3="created_at",
        time_4="email_queued_at",
        recipient="email_to",
        header_from="email_from",
        reply="email_response_message",
        status="email_response_code",
        event="type",
        same="email_id",
        ignored="email_next_try email_error",
        unsent="email_blocklisted",
        early="email_queued",
    ),
    # docs.kumomta.com, log record: `peer_address` is the receiver on delivery, the submitter on reception
    _adapter(
        "KumoMTA",
        "egress_source egress_pool peer_address+sender",
        time="timestamp",
        time_5="created",
        return_path="sender",
        recipient="recipient",
        sending="source_address.address",
        receiving="peer_address.addr peer_address.name",
        reply="response.content",
        status="response.code",
        event="type",
        same="id",
        message_id="headers.Message-ID headers.Message-Id headers.message-id",
        subject="headers.Subject headers.subject",
        header_from="headers.From headers.from",
        unsent="AdminBounce",
        early="Reception",
        engaged="Feedback",
    ),
    # developer.salesforce.com, Marketing Cloud event notifications: milliseconds
    _adapter(
        "Salesforce Marketing Cloud events",
        "eventCategoryType+timestampUTC",
        time="timestampUTC",
        recipient="info.to info.emailAddress info.subscriberKey",
        reply="info.smtpMessage info.smtpReason info.smtpBounceReason info.reason",
        status="info.smtpCode info.smtpStatusCode",
        event="eventCategoryType",
        subject="info.subject",
        header_from="info.fromAddress",
        same="compositeId",
        unsent="TransactionalSendEvents.EmailNotSent",
        early="TransactionalSendEvents.EmailSent",
        engaged="EngagementEvents.EmailOpen EngagementEvents.EmailClick EngagementEvents.EmailUnsubscribe",
    ),
    # docs.oracle.com, Eloqua activities: `IpAddress` is the reader's
    _adapter(
        "Eloqua",
        "SmtpErrorCode+EmailAddress SmtpMessage ActivityType+EmailAddress ActivityType+ActivityDate",
        time="ActivityDate CreatedAt",
        recipient="EmailAddress EmailRecipientId",
        reply="SmtpMessage",
        status="SmtpErrorCode SmtpStatusCode",
        event="ActivityType",
        subject="SubjectLine",
        ignored="IpAddress EmailClickedThruLink EmailWebLink",
        early="EmailSend",
        engaged="EmailOpen EmailClickthrough Unsubscribe Subscribe",
    ),
    # learn.microsoft.com, message trace (cmdlet, Graph): UTC; the client's IP is the sender only where mail came in
    _adapter(
        "Exchange message trace",
        "SenderAddress+RecipientAddress+MessageTraceId senderAddress+recipientAddress+receivedDateTime",
        time="Received receivedDateTime",
        return_path_5="SenderAddress senderAddress",
        recipient="RecipientAddress recipientAddress",
        message_id="MessageId messageId",
        subject="Subject subject",
        exchange="FromIP fromIP",
        receiving="ToIP toIP",
        ignored="StartDate EndDate Index Size Organization id",
        zone="UTC by as Microsoft's reference says",
    ),
    # developers.marketo.com, activities: no addresses at all; 6 is sent, 7 delivered, 8 and 27 bounced
    _adapter(
        "Marketo",
        "activityDate+leadId activityDate+activityTypeId",
        time="activityDate",
        recipient="Email",
        reply="Details",
        event="activityTypeId",
        ignored="Category Subcategory marketoGUID campaignId primaryAttributeValueId primaryAttributeValue id leadId",
        json="attributes",
        together="leadId primaryAttributeValueId",
        early="6",
        engaged="9 10 11",
    ),
)
"""Sources whose records are JSON, or rows under the same names."""


EXPORTS = (
    # help.salesforce.com, Email Log Reference: GMT; `Remote Host` is a server of Salesforce's own
    _adapter(
        "Salesforce email log",
        "mailevent+internalmessageid mailevent+messageidheader",
        time="datetime",
        event="mailevent",
        same="internalmessageid",
        recipient="recipient",
        return_path="sender",
        message_id="messageidheader",
        ignored="remotehost bytestransferred userid retrycount secondsinqueue deliverystage relayaddress relayport"
        " sessiontime tlscipher tlsverified sessionid",
        reply="deliverystatusnotification deliverystatus smtpresponse",
        early="R",
        zone="GMT by as Salesforce's reference says",
    ),
    # help.salesforce.com, Marketing Cloud tracking extracts
    _adapter(
        "Salesforce Marketing Cloud extract",
        "sendid+subscriberkey+eventdate sendid+subscriberkey+eventtype",
        time="eventdate",
        event="eventtype",
        recipient="emailaddress",
        recipient_3="subscriberkey",
        reply="smtpbouncereason smtpmessage smtpreason",
        reply_5="reason",
        status="smtpcode",
        ignored="clientid sendid subscriberid listid batchid triggeredsendexternalkey bouncecategory bouncecategoryid"
        " bouncetype bouncesubcategory url urlid sendurlid alias browser emailclient operatingsystem device",
        unsent="NotSent",
        early="Sent",
        engaged="Open Click Unsubscribe Complaint ClickImpression Survey",
    ),
    # support.google.com/a/answer/13828463: only SMTP_OUT is the hand-over to another organisation
    _adapter(
        "Google Workspace email log search",
        "eventtarget+messageid eventtarget+recipientaddress",
        time="enddate",
        time_2="startdate",
        event="eventtarget",
        message_id="messageid",
        return_path_5="sender",
        recipient="recipientaddress",
        subject="subject",
        receiving="eventtargetipaddress",
        status="eventsmtpreplycode",
        ignored="messagesize direction attachments eventstatus eventdescription clienttype hasencryption"
        " deviceusersessionid eventspamclassification",
        early="SMTP_IN LIST_SERVER GMAIL_INBOX INTERNAL_SERVER GMAIL_SPAM ARCHIVE_LIST_SERVER GMAIL_TRASH",
    ),
    # learn.microsoft.com, message trace reports: one line per message (enhanced) or per event (extended)
    _adapter(
        "Exchange message trace report",
        "origintimestamputc+recipientstatus origintimestamp+recipientstatus origintimestamputc+networkmessageid",
        time="origintimestamputc origintimestamp",
        return_path_5="senderaddress",
        recipient="recipientstatus",
        message_id="messageid",
        subject="messagesubject",
        exchange="originalclientip",
        ignored="totalbytes networkmessageid connectorid deliverypriority",
        direction="directionality",
        zone="UTC by as Microsoft's reference says",
    ),
    _adapter(
        "Exchange message trace",
        "senderaddress+recipientaddress+messagetraceid",
        time="received",
        return_path_5="senderaddress",
        recipient="recipientaddress",
        message_id="messageid",
        subject="subject",
        exchange="fromip",
        receiving="toip",
        ignored="startdate enddate index size organization status",
        zone="UTC by as Microsoft's reference says",
    ),
    # PowerMTA User's Guide, accounting file: `r` is reception; which columns there are, the header row says
    _adapter(
        "PowerMTA accounting file",
        "type+timelogged timelogged+rcpt timelogged+dlvsourceip",
        time="timelogged",
        time_4="timequeued",
        return_path="orig",
        recipient="rcpt",
        recipient_3="orcpt",
        reply="dsndiag",
        status="dsnstatus",
        receiving="dsnmta dlvdestinationip",
        sending="dlvsourceip",
        message_id="headermessageid",
        subject="headersubject",
        header_from="headerfrom",
        event="type",
        same="envid",
        ignored="srcmta vmta jobid dlvtype srctype bouncecat dsnaction dlvsize dlvtlsprotocol dlvtlscipher queue"
        " vmtapool timefirstattempt srcip dsnreportingmta",
        early="r",
        engaged="f",
    ),
    # Brevo, export of the transactional logs
    _adapter(
        "Brevo log",
        "sttext+mid",
        time="ts",
        event="sttext",
        subject="sub",
        header_from="frm",
        recipient="email",
        message_id="mid",
        ignored="tag link",
        unsent="Blocked Invalid InvalidEmail",
        early="Sent",
        engaged="Opened FirstOpening FirstOpen Clicked Complaint Unsubscribed LoadedByProxy ProxyOpen",
    ),
    # Copernica and SMTPeter, deliveries and errors: `from` and `to` are IPs
    _adapter(
        "Copernica",
        "envelope+recipient+attempt",
        time="time",
        return_path="envelope",
        recipient="recipient",
        sending="from",
        receiving="to",
        reply="description extended diagnosticcode",
        status="status code",
        ignored="attempt tags templateid id action type state",
    ),
)
"""Sources whose exports have headings of their own, as `squeezed` gives them."""


def source_of(keys: Iterable[str]) -> Adapter | None:
    """Gives the source whose records have such keys."""
    return _source_of(frozenset(keys))


def export_of(headings: Iterable[str]) -> Adapter | None:
    """Gives the source whose exports have such headings, in any case and with any marks."""
    keys = frozenset(squeezed(heading) for heading in headings)
    return next((each for each in EXPORTS if any(need <= keys for need in each.needs)), None)


@lru_cache(maxsize=256)
def _source_of(keys: frozenset[str]) -> Adapter | None:
    return next((each for each in ADAPTERS if any(need <= keys for need in each.needs)), None)
