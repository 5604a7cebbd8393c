"""What a file is, judged by its content: a PDF, a PNG or a JPEG that holds together, or nothing that is taken."""

from __future__ import annotations

import re
import zlib
from enum import StrEnum
from typing import Final

from unloop.quantity import InputRefused

MAX_DOCUMENT_BYTES: Final = 10_000_000
MOST_PIXELS: Final = 100_000_000
_MOST_INFLATED: Final = 64_000_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_FRAMES: Final = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
_ACTIVE: Final = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z0-9])")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


class DocumentKind(StrEnum):
    """What is taken, by its media type."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"

    @property
    def ending(self) -> str:
        """Of a file name."""
        return {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}[self.value]


def kind_of(data: bytes) -> DocumentKind:
    """The kind of a file, whatever it is called and whatever its sender says that it is.

    Raises:
        InputRefused: it is empty, too large, of another kind, damaged, or holds something that would run.
    """
    if len(data) > MAX_DOCUMENT_BYTES:
        raise _refused(f"{len(data) / 1e6:.1f} MB", "make the file smaller, or split it")
    if data.startswith(_PNG):
        _check_png(data)
        return DocumentKind.PNG
    if data.startswith(b"\xff\xd8\xff"):
        _check_jpeg(data)
        return DocumentKind.JPEG
    if data.startswith(b"%PDF-"):
        _check_pdf(data)
        return DocumentKind.PDF
    raise _refused(
        "nothing" if not data else "another kind of file", "save or print it as a PDF, PNG or JPEG"
    )


def _refused(given: str, mend: str) -> InputRefused:
    allowed = f"a PDF, PNG or JPEG file of at most {MAX_DOCUMENT_BYTES // 1_000_000} MB"
    return InputRefused("file", given=given, allowed=allowed, mend=mend)


def _damaged(kind: str) -> InputRefused:
    return _refused(f"a {kind} file that is damaged or cut off", "export the file once more")


def _check_png(data: bytes) -> None:
    """Every chunk whole by its checksum, header first, end last, and as many pixels as the header says."""
    place, names, packed = len(_PNG), [], []
    while place + 12 <= len(data):
        size = int.from_bytes(data[place : place + 4])
        name, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + size]
        checksum = data[place + 8 + size : place + 12 + size]
        if len(body) != size or zlib.crc32(name + body) != int.from_bytes(checksum):
            raise _damaged("PNG")
        names.append(name)
        packed += [body] if name == b"IDAT" else []
        place += 12 + size
        if name == b"IEND":
            break
    if (
        place != len(data)
        or names[:1] != [b"IHDR"]
        or int.from_bytes(data[8:12]) != 13
        or names[-1:] != [b"IEND"]
    ):
        raise _damaged("PNG")
    _check_pixels(data, b"".join(packed))


def _check_pixels(data: bytes, packed: bytes) -> None:
    header = data[16:29]
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    bits = header[8] * _CHANNELS.get(header[9], 0)
    if not 0 < width * height <= MOST_PIXELS or not bits:
        raise _damaged("PNG")
    least = height * ((width * bits + 7) // 8 + 1)
    interlaced = 8 * (height + 8) + least // 2 if header[12] else 0
    if not least <= _inflated_size(packed, most=least + interlaced) <= least + interlaced:
        raise _damaged("PNG")


def _inflated_size(packed: bytes, *, most: int) -> int:
    """How long a packed text is, unpacked piece by piece and no further than `most`."""
    unpacker, size, rest = zlib.decompressobj(), 0, packed
    try:
        while rest and not unpacker.eof and size <= most:
            size += len(unpacker.decompress(rest, 1 << 20))
            rest = unpacker.unconsumed_tail
    except zlib.error:
        return -1
    return size if unpacker.eof or size > most else -1


def _check_jpeg(data: bytes) -> None:
    """Segment by segment to the picture itself, a frame of a sensible size before it, and the end mark last."""
    place, framed = 2, False
    while place + 4 <= len(data) and data[place] == 0xFF:
        mark, size = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if mark in _FRAMES:
            height, width = (int.from_bytes(data[at : at + 2]) for at in (place + 5, place + 7))
            framed = 0 < width * height <= MOST_PIXELS
        place += 2 + size
        if mark == 0xDA:
            break
    else:
        raise _damaged("JPEG")
    if not framed or place >= len(data) or not data.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise _damaged("JPEG")


def _check_pdf(data: bytes) -> None:
    """A header, an end that points at a table inside the file, no password, and nothing that would run."""
    end = re.search(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\0*\s*$", data[-2048:])
    if end is None or not 0 < int(end[1]) < len(data):
        raise _damaged("PDF")
    if not re.match(rb"\s*(xref|\d+\s+\d+\s+obj)", data[int(end[1]) : int(end[1]) + 40]):
        raise _damaged("PDF")
    plain = _unescaped(data)
    if b"/Encrypt" in plain:
        raise _refused(
            "a PDF with a password", "save it without a password: what is kept here is sealed anyway"
        )
    if _ACTIVE.search(plain) or _ACTIVE.search(_unescaped(_streams(data))):
        raise _refused("a PDF with scripts or attachments", "print it to a PDF, which leaves both behind")


def _unescaped(data: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)


def _streams(data: bytes) -> bytes:
    """What the packed streams say, as far as they are packed in the usual way."""
    left, said = _MOST_INFLATED, []
    for found in _STREAM.finditer(data):
        try:
            text = zlib.decompressobj().decompress(found[1], max(left, 1))
        except zlib.error:
            continue
        said.append(text)
        left -= len(text)
        if left <= 0:
            raise _refused("a PDF that unpacks to more than is read here", "print it to a PDF again")
    return b"\n".join(said)
