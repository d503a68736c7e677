"""Video files looked at by their content: kind, length, whether there is a picture.

Only headers are read, with ``seek``: a film of a gigabyte costs a few kilobytes.
"""

import struct

SEVENTY_YEARS = 70 * 365 * 86400
BOXES = 10_000
CONTAINERS = {b"moov", b"trak", b"mdia"}


class MediaError(Exception):
    """A file that is no video we play; ``code`` says why."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def probe(stream):
    """Return ``(mimetype, seconds or None)`` of a film, or raise :class:`MediaError`."""
    stream.seek(0)
    head = stream.read(64)
    if len(head) < 16:
        raise MediaError("empty")
    if head[4:8] == b"ftyp":
        return "video/mp4", _mp4(stream)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm", _webm(stream)
    raise MediaError("kind")


# -- MP4 (ISO/IEC 14496-12)


def _mp4(stream):
    stream.seek(0, 2)
    size = stream.tell()
    found = {"seconds": None, "video": False, "moov": False, "boxes": 0}
    _boxes(stream, 0, size, found, 0)
    if not found["moov"]:
        raise MediaError("damaged")
    if not found["video"]:
        raise MediaError("no_picture")
    return found["seconds"]


def _boxes(stream, place, end, found, depth):
    while place + 8 <= end:
        found["boxes"] += 1
        if found["boxes"] > BOXES:
            raise MediaError("damaged")
        stream.seek(place)
        head = stream.read(16)
        if len(head) < 8:
            raise MediaError("damaged")
        length, kind = struct.unpack(">I4s", head[:8])
        body = 8
        if length == 1:
            if len(head) < 16:
                raise MediaError("damaged")
            length, body = struct.unpack(">Q", head[8:16])[0], 16
        elif length == 0:
            length = end - place
        if length < body or place + length > end:
            if kind in (b"mdat", b"free", b"skip") and found["moov"]:
                raise MediaError("truncated")
            raise MediaError("damaged")
        if kind == b"moov":
            found["moov"] = True
        if kind in CONTAINERS and depth < 6:
            _boxes(stream, place + body, place + length, found, depth + 1)
        elif kind == b"mvhd":
            found["seconds"] = _mvhd(_body(stream, place + body, min(length - body, 64)))
        elif kind == b"hdlr" and _body(stream, place + body, min(length - body, 24))[8:12] == b"vide":
            found["video"] = True
        place += length


def _body(stream, place, length):
    stream.seek(place)
    return stream.read(length)


def _mvhd(body):
    try:
        if body[0] == 1:
            scale, length = struct.unpack(">IQ", body[20:32])
        else:
            scale, length = struct.unpack(">II", body[12:20])
    except (struct.error, IndexError) as error:
        raise MediaError("damaged") from error
    seconds = length / scale if scale else 0
    return seconds if 0 < seconds < SEVENTY_YEARS else None


# -- WebM (EBML, RFC 8794 and 9559)

EBML, DOCTYPE, SEGMENT, INFO, SCALE, DURATION = 0x1A45DFA3, 0x4282, 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
TRACKS, TRACK, TRACK_TYPE, CLUSTER, TIMECODE = 0x1654AE6B, 0xAE, 0x83, 0x1F43B675, 0xE7
SIMPLE_BLOCK, BLOCK_GROUP, BLOCK = 0xA3, 0xA0, 0xA1
OPEN = {SEGMENT, INFO, TRACKS, TRACK, CLUSTER, BLOCK_GROUP, EBML}
ELEMENTS = 2_000_000


class _Webm:
    def __init__(self, stream):
        self.stream = stream
        stream.seek(0, 2)
        self.size = stream.tell()
        self.scale, self.duration, self.last = 1_000_000, None, 0
        self.doctype, self.video, self.cluster, self.count = "", False, 0, 0

    def number(self, place, keep_mark):
        """Read a number of variable length: ``(value or None when unknown, bytes used)``."""
        self.stream.seek(place)
        first = self.stream.read(1)
        if not first or not first[0]:
            raise MediaError("damaged")
        width = 9 - first[0].bit_length()
        rest = self.stream.read(width - 1)
        if len(rest) != width - 1:
            raise MediaError("damaged")
        value = int.from_bytes(first + rest, "big")
        if keep_mark:
            return value, width
        value &= (1 << (7 * width)) - 1
        return (None if value == (1 << (7 * width)) - 1 else value), width

    def walk(self, place, end):
        """Go through the elements; those of unknown length (a live recording) are entered and never left."""
        while place < end:
            self.count += 1
            if self.count > ELEMENTS:
                return
            kind, used = self.number(place, True)
            length, more = self.number(place + used, False)
            body = place + used + more
            if kind in OPEN:
                if length is not None and body + length > self.size:
                    raise MediaError("truncated")
                if kind == CLUSTER and self.duration and self.video:
                    return  # all is known: the pictures need not be read
                place = body
                continue
            if length is None or body + length > end:
                if kind in (SIMPLE_BLOCK, BLOCK):
                    raise MediaError("truncated")
                raise MediaError("damaged")
            self.element(kind, body, length)
            place = body + length

    def element(self, kind, body, length):
        if kind in (SCALE, TRACK_TYPE, TIMECODE) and length <= 8:
            value = int.from_bytes(_body(self.stream, body, length), "big")
            if kind == SCALE:
                self.scale = value or self.scale
            elif kind == TIMECODE:
                self.cluster = value
                self.last = max(self.last, value)
            elif value == 1:
                self.video = True
        elif kind == DURATION and length in (4, 8):
            self.duration = struct.unpack(">f" if length == 4 else ">d", _body(self.stream, body, length))[0]
        elif kind == DOCTYPE:
            self.doctype = _body(self.stream, body, min(length, 16)).rstrip(b"\0").decode("ascii", "replace")
        elif kind in (SIMPLE_BLOCK, BLOCK) and length > 4:
            _track, used = self.number(body, False)
            moment = int.from_bytes(_body(self.stream, body + used, 2), "big", signed=True)
            self.last = max(self.last, self.cluster + moment)


def _webm(stream):
    film = _Webm(stream)
    film.walk(0, film.size)
    if film.doctype != "webm":
        raise MediaError("kind")
    if not film.video:
        raise MediaError("no_picture")
    ticks = film.duration if film.duration and film.duration > 0 else film.last
    seconds = ticks * film.scale / 1e9
    return seconds if 0 < seconds < SEVENTY_YEARS else None


def check_captions(text):
    """Tell whether a text is a WebVTT file: its first line says so, and it holds at least one moment."""
    text = text.removeprefix("\ufeff")
    first = text.split("\n", 1)[0].strip()
    return (first == "WEBVTT" or first.startswith(("WEBVTT ", "WEBVTT\t"))) and "-->" in text
