"""Takes a body sent with `Content-Encoding: gzip` apart while it comes, and never more than was agreed."""

import zlib
from collections.abc import Iterator

from payouts.api.errors import ProtocolError
from payouts.core.limits import LARGEST_UNZIP_RATIO

AT_ONCE = 1 << 20  # bytes that stand in memory unzipped
FREE = 1 << 20  # bytes that may be unzipped before the ratio is looked at
GZIP = 31  # zlib's way of saying: a gzip header and trailer, checked


class Unzip:
    """A gzip stream (RFC 1952) of one or more members, unzipped piece by piece.

    Args:
        largest: bytes that it may unzip to
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._taken = self._given = 0
        self._stream = zlib.decompressobj(GZIP)

    def pieces(self, sent: bytes) -> Iterator[bytes]:
        """Yield what the next bytes unzip to, at most AT_ONCE bytes at a time.

        Raises:
            ProtocolError: no gzip, damaged, larger than agreed, or so much smaller zipped that it is a trap
        """
        self._taken += len(sent)
        while sent:
            if self._stream.eof:  # another member follows, or the zeros with which tapes were filled
                sent = sent.lstrip(b"\0")
                self._stream = zlib.decompressobj(GZIP) if sent else self._stream
                continue
            try:
                piece = self._stream.decompress(sent, AT_ONCE)
            except zlib.error:
                raise _broken() from None
            sent = self._stream.unconsumed_tail or self._stream.unused_data
            self._given += len(piece)
            if self._given > min(self._largest, FREE + LARGEST_UNZIP_RATIO * self._taken):
                raise self._too_large()
            yield piece

    def finish(self) -> None:
        """Say that all bytes have come.

        Raises:
            ProtocolError: the stream has no end
        """
        if not self._stream.eof:
            raise _broken()

    def _too_large(self) -> ProtocolError:
        most = f"{self._largest} byte" if self._given > self._largest else f"{LARGEST_UNZIP_RATIO}x"
        said = (
            f"Giải nén ra quá nhiều (mức nhận: {most}). Hãy chia nhỏ, hoặc gửi không nén.",
            f"It unzips to too much (taken: {most}). Send it in parts, or unzipped.",
        )
        return ProtocolError(413, "unzips_too_large", said, {"Connection": "close"})


def _broken() -> ProtocolError:
    said = (
        "Nội dung ghi là gzip nhưng không giải nén được đến hết. Hãy nén lại và gửi lại.",
        "The body is said to be gzip and cannot be unzipped to its end. Zip it anew and send it again.",
    )
    return ProtocolError(400, "gzip_broken", said, {"Connection": "close"})
