"""Calendars in the iCalendar format (RFC 5545), from plain values."""

from datetime import timedelta

CRLF = "\r\n"
LONGEST = 75  # octets of a line, its end apart (section 3.1)


def escape(text):
    """Return a text as a value of the kind TEXT (section 3.3.11)."""
    text = str(text or "").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def fold(line):
    """Return a line cut into pieces of 75 octets at most, never inside a character."""
    pieces, piece, size = [], [], 0
    for char in line:
        octets = len(char.encode())
        # a continuation begins with a space, which counts
        if size + octets > LONGEST - bool(pieces):
            pieces.append("".join(piece))
            piece, size = [], 0
        piece.append(char)
        size += octets
    pieces.append("".join(piece))
    return (CRLF + " ").join(pieces)


def _moment(moment):
    return moment.strftime("%Y%m%dT%H%M%SZ")


def calendar(name, events, lang="en"):
    """Return the bytes of a calendar of whole-day events.

    :param name: title of the calendar
    :param events: dicts ``uid``, ``first`` and ``last`` (dates, both included), ``summary``, ``changed_on`` (naive
        datetime in UTC), ``tentative`` (bool)
    :param lang: language of the texts, ``ar``, ``fr`` or ``en``
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tawassul//Leave//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{escape(event['uid'])}",
            # without METHOD, the stamp is the last change (section 3.8.7.2): the feed changes when the leave does
            f"DTSTAMP:{_moment(event['changed_on'])}",
            f"LAST-MODIFIED:{_moment(event['changed_on'])}",
            f"DTSTART;VALUE=DATE:{event['first']:%Y%m%d}",
            # the end of an event of whole days is the day after the last one (section 3.6.1)
            f"DTEND;VALUE=DATE:{event['last'] + timedelta(days=1):%Y%m%d}",
            f"SUMMARY;LANGUAGE={lang}:{escape(event['summary'])}",
            f"STATUS:{'TENTATIVE' if event.get('tentative') else 'CONFIRMED'}",
            "TRANSP:OPAQUE",
            "CLASS:PRIVATE",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(fold(line) + CRLF for line in lines).encode()
