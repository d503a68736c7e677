"""Packages of courses (zip) looked at before anything of them is kept.

A package is never unpacked to a folder: it stays one file, and its members are read one by one.  ``inspect`` reads
every member to its end, so that what the archive says of itself is not believed, and refuses what could reach outside
of the package or fill the machine.  Values in, values out; no database.
"""

import re
import stat
import unicodedata
import zipfile
from dataclasses import dataclass, field

MEGABYTE = 1024 * 1024
BLOCK = 256 * 1024
NAME_LENGTH = 240
PART_LENGTH = 150
RATIO_FROM = 2 * MEGABYTE  # below it a ratio means nothing
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DRIVE = re.compile(r"^[A-Za-z]:")
CONTROL = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class PackageError(Exception):
    """A package that is refused: ``code`` says why, ``name`` which file, ``detail`` more."""

    def __init__(self, code, name="", detail=""):
        super().__init__(code)
        self.code, self.name, self.detail = code, name, detail


@dataclass
class Limits:
    """What a package may hold."""

    archive: int = 300 * MEGABYTE
    total: int = 1024 * MEGABYTE
    member: int = 500 * MEGABYTE
    count: int = 10_000
    ratio: int = 150


@dataclass
class Contents:
    """What a package holds: ``{path: size}`` and the sum."""

    files: dict = field(default_factory=dict)
    total: int = 0


def open_archive(stream):
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise PackageError("not_zip") from error
    return archive


def member_name(info):
    """Return the name of a member, decoded as UTF-8; some tools write UTF-8 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & 0x800 and not name.isascii():
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError as error:
            raise PackageError("not_utf8", name) from error
    return name


def check_name(name):
    """Refuse a name that could lead outside of the package, or that a system would read otherwise."""
    if CONTROL.search(name):
        raise PackageError("control", CONTROL.sub("?", name))
    if "\\" in name:
        raise PackageError("backslash", name)
    if name.startswith("/"):
        raise PackageError("absolute", name)
    if DRIVE.match(name):
        raise PackageError("drive", name)
    parts = name.removesuffix("/").split("/")
    if ".." in parts:
        raise PackageError("traversal", name)
    if "" in parts or "." in parts or not parts:
        raise PackageError("odd_name", name)
    if len(name) > NAME_LENGTH or any(len(part) > PART_LENGTH for part in parts):
        raise PackageError("long_name", name[:80] + "…")


def inspect(stream, limits=None):
    """Look at a whole package and return its :class:`Contents`, or raise :class:`PackageError`.

    :param stream: a seekable binary file
    """
    limits = limits or Limits()
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    if size > limits.archive:
        raise PackageError("archive_size", detail=limits.archive // MEGABYTE)
    with open_archive(stream) as archive:
        infos = archive.infolist()
        if len(infos) > limits.count:
            raise PackageError("count", detail=limits.count)
        if not infos:
            raise PackageError("empty")
        contents = Contents()
        folders, seen = set(), {}
        for info in infos:
            name = member_name(info)
            check_name(name)
            _check_kind(info, name)
            key = unicodedata.normalize("NFC", name.removesuffix("/")).casefold()
            if info.is_dir():
                folders.add(key)
                continue
            if key in seen:
                raise PackageError("duplicate", name)
            seen[key] = name
            contents.files[name] = info.file_size
        for key, name in seen.items():
            parents = key.split("/")
            if key in folders or any("/".join(parents[:depth]) in seen for depth in range(1, len(parents))):
                raise PackageError("nested", name)
        _check_sizes(infos, size, limits)
        contents.total = _read_all(archive, infos, limits)
    return contents


def _check_kind(info, name):
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise PackageError("link" if stat.S_ISLNK(mode) else "special", name)
    if info.flag_bits & 0x2041:
        raise PackageError("encrypted", name)
    if info.compress_type not in METHODS:
        raise PackageError("method", name)


def _check_sizes(infos, size, limits):
    """Refuse, before reading, what the archive itself declares too large, and members that share their bytes."""
    total = 0
    for info in infos:
        total += info.file_size
        if info.file_size > limits.member:
            raise PackageError("member_size", member_name(info), limits.member // MEGABYTE)
    if total > limits.total:
        raise PackageError("total", detail=limits.total // MEGABYTE)
    if total > RATIO_FROM and total > limits.ratio * size:
        raise PackageError("ratio")
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for info, following in zip(ordered, ordered[1:], strict=False):
        if info.header_offset + 30 + info.compress_size > following.header_offset:
            raise PackageError("overlap", member_name(following))


def _read_all(archive, infos, limits):
    """Read each member to its end: damaged ones and those larger than declared are refused."""
    total = 0
    for info in infos:
        if info.is_dir():
            continue
        name, read = member_name(info), 0
        try:
            with archive.open(info) as member:
                while block := member.read(BLOCK):
                    read += len(block)
                    total += len(block)
                    if read > limits.member:
                        raise PackageError("member_size", name, limits.member // MEGABYTE)
                    if total > limits.total:
                        raise PackageError("total", detail=limits.total // MEGABYTE)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
            raise PackageError("damaged", name) from error
        except Exception as error:
            if isinstance(error, PackageError):
                raise
            raise PackageError("damaged", name) from error  # zlib.error and its like
        if read != info.file_size:
            raise PackageError("damaged", name)
        if read > RATIO_FROM and read > limits.ratio * 10 * max(info.compress_size, 1):
            raise PackageError("ratio", name)
    return total


class Reader:
    """The members of a package that was found good, by path; kept in memory for the next request."""

    def __init__(self, path):
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.infos = {member_name(info): info for info in archive.infolist() if not info.is_dir()}

    def size(self, name):
        info = self.infos.get(name)
        return None if info is None else info.file_size

    def read(self, name):
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(self.infos[name])

    def blocks(self, name, start, length):
        """Yield the bytes of a member from a place on, block by block."""
        with zipfile.ZipFile(self.path) as archive, archive.open(self.infos[name]) as member:
            if start:
                member.seek(start)
            while length > 0:
                block = member.read(min(BLOCK, length))
                if not block:
                    return
                length -= len(block)
                yield block
