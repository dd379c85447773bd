"""How stored text is packed: by zstandard where it is at hand, else by zlib; its first bytes tell which."""

import sys
import zlib
from collections.abc import Callable
from functools import cache

from queries.unpacking import MissingLibraryError

_ZSTD = b"\x28\xb5\x2f\xfd"
_LEVEL = 3  # the next ones take twice the time for a twentieth of the size


def pack(text: bytes) -> bytes:
    """Compresses a piece of text."""
    made = _packer()
    return zlib.compress(text, 6) if made is None else made(text)


def unpack(packed: bytes) -> bytes:
    """Gives what `pack` was given.  Raises MissingLibraryError, and ValueError where it is damaged."""
    try:
        if not packed.startswith(_ZSTD):
            return zlib.decompress(packed)
        return _unpacker()(packed)
    except MissingLibraryError:
        raise
    except Exception as error:  # each library has its own; their common base is this
        raise ValueError("a stored piece of text is damaged") from error


@cache
def _packer() -> Callable[[bytes], bytes] | None:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415

        options = {zstd.CompressionParameter.compression_level: _LEVEL, zstd.CompressionParameter.checksum_flag: 1}
        return lambda text: zstd.compress(text, options=options)
    try:
        import zstandard  # noqa: PLC0415 - only stores need it
    except ImportError:
        return None
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress


@cache
def _unpacker() -> Callable[[bytes], bytes]:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415

        return zstd.decompress
    try:
        import zstandard  # noqa: PLC0415
    except ImportError as error:
        raise MissingLibraryError("zstandard") from error
    return zstandard.ZstdDecompressor().decompress
