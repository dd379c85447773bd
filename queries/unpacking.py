"""Compressed logs, piece by piece: gzip, bzip2, xz and zstd, as far as they go.

Whatever a file was packed from, little of it is in memory at once: each step gives a bounded piece,
also of a file that was made to burst.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, BinaryIO

_READ = 1 << 16  # bytes of packed data per step; zlib makes at most a thousand times as much of it
_GIVEN = 1 << 22  # bytes of unpacked data per step, where the library can be told so

MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}


class UnpackError(Exception):
    """The packed data is damaged, or cut off; what came before it was given."""


class MissingLibraryError(Exception):
    """This Python has no reader for the kind of file; the message is the kind."""


def packing_of(head: bytes) -> str | None:
    """Gives how a file is packed, by its first bytes; None for a plain one."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)


def unpacked(file: BinaryIO, packing: str) -> Iterator[bytes]:
    """Gives the unpacked bytes; members that follow each other are one text.

    Raises UnpackError behind the last good piece, and MissingLibraryError before the first.
    """
    make = _maker(packing)
    if make is None:
        yield from _zstd(file)
        return
    unpacker, left = None, file.read(_READ)
    while left:
        unpacker = unpacker or make()
        try:
            yield from _steps(unpacker, left)
        except Exception as error:  # each library has errors of its own
            raise UnpackError(str(error)) from error
        left = unpacker.unused_data if unpacker.eof else b""
        if unpacker.eof:
            unpacker = None
            left = (left or file.read(_READ)).lstrip(b"\0")  # tapes and blocks are filled up with zeros
            if left and packing_of(left.ljust(6)) != packing:
                return  # something else follows, such as a checksum of whoever copied it
        else:
            left = file.read(_READ)
    if unpacker is not None:
        raise UnpackError("cut off")


def _steps(unpacker: Any, data: bytes) -> Iterator[bytes]:  # noqa: ANN401 - three libraries, one manner
    if not hasattr(unpacker, "needs_input"):
        yield unpacker.decompress(data)
        return
    yield unpacker.decompress(data, _GIVEN)
    while not unpacker.needs_input and not unpacker.eof:
        yield unpacker.decompress(b"", _GIVEN)


def _maker(packing: str) -> Callable[[], Any] | None:
    """What makes an unpacker; None for zstd where the standard library has none, as before Python 3.14."""
    try:
        if packing == "zstd":
            return _own_zstd()
        if packing == "gzip":
            import zlib  # noqa: PLC0415 - each is loaded where it is needed; some Pythons lack one

            return lambda: zlib.decompressobj(wbits=31)
        if packing == "bzip2":
            import bz2  # noqa: PLC0415

            return bz2.BZ2Decompressor
        import lzma  # noqa: PLC0415
    except ImportError as error:
        raise MissingLibraryError(packing) from error
    return lzma.LZMADecompressor


def _own_zstd() -> Callable[[], Any] | None:
    try:
        found: Callable[[], Any] = import_module("compression.zstd").ZstdDecompressor
    except ImportError:
        return None
    return found


def _zstd(file: BinaryIO) -> Iterator[bytes]:
    try:
        import zstandard  # noqa: PLC0415 - heavy, compiled, and needed for these files only
    except ImportError as error:
        raise MissingLibraryError("zstd") from error
    reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    try:
        while piece := reader.read(_GIVEN):
            yield piece
    except zstandard.ZstdError as error:
        raise UnpackError(str(error)) from error
