"""From the bytes of a file to messages, without what no count needs.

Files in the wild hold one message or thousands, end lines with CR, LF or CRLF, are framed by MLLP or not, and carry
documents of many megabytes in base64, broken over lines or not. So a file is read by pieces, and of each segment only
the fields of KEPT survive the piece they stand in: neither a document, nor a name, nor a mail address is ever held,
and memory does not grow with the files.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

KEPT: Final[dict[bytes, frozenset[int]]] = {
    b"MSH": frozenset({2, 3, 4, 5, 6, 7, 9, 10, 11, 18}),
    b"PID": frozenset({3}),
    b"TXA": frozenset({12, 13}),
    b"OBR": frozenset({3, 4}),
    b"OBX": frozenset({2, 3, 4, 5, 11}),
    b"PRT": frozenset({4, 8}),
}
"""Fields that count, by segment. PID keeps its identifiers and loses the name, the birth and the address."""

_CODED: Final = frozenset({b"CE", b"CWE", b"CNE", b"ID", b"IS"})
"""Types of OBX whose value is a code. Every other value (document, text, mail address) is dropped."""

_ENVELOPES: Final = frozenset({b"FHS", b"BHS", b"BTS", b"FTS"})
"""Segments of a batch, around its messages."""

_AFTER_DOCUMENT: Final = (
    frozenset({b"OBX", b"PRT", b"NTE", b"ORC", b"OBR", b"PID", b"PV1", b"TXA", b"MSH"}) | _ENVELOPES
)
"""What may follow a document whose field was left open; a piece of base64 may look like any other segment name."""

_PIECE: Final = 1 << 16
_FIELD_LIMIT: Final = 8 << 10
_MESSAGE_LIMIT: Final = 1 << 20
_BREAK: Final = re.compile(rb"[\r\n\x0b\x1c]")
_SEGMENT: Final = re.compile(rb"[A-Z][A-Z0-9]{2}")
_BOM: Final = b"\xef\xbb\xbf"
_DOCUMENT_FIELD: Final = 5
_START, _END = b"\x0b", b"\x1c"


@dataclass(slots=True)
class Frame:
    """One message, `rang` counted from 1 in its file: its kept segments, or why it cannot be read (`defaut`)."""

    rang: int
    segments: list[bytes] = field(default_factory=list)
    defaut: str | None = None


def read_frames(stream: BinaryIO) -> Iterator[Frame]:
    """Every message of a file, in its order. A file without any gives one Frame with its `defaut`."""
    scanner = _Scanner()
    first = True
    while piece := stream.read(_PIECE):
        yield from scanner.feed(piece.removeprefix(_BOM) if first else piece)
        first = False
    yield from scanner.close(empty=first)


class _Segment:
    """One segment being read: kept fields grow, the others are only counted."""

    __slots__ = ("fields", "first", "index", "kept", "name", "separator")

    def __init__(self, name: bytes, separator: bytes) -> None:
        self.name = name
        self.separator = separator
        self.kept = KEPT.get(name, frozenset())
        self.first = 2 if name == b"MSH" else 1  # MSH-1 is the separator itself
        self.index = self.first
        self.fields: dict[int, bytearray] = {}

    def add(self, data: bytes) -> None:
        """More bytes of this segment; ValueError when a kept field grows beyond any identifier."""
        while True:
            cut = data.find(self.separator)
            if self._wanted():
                into = self.fields.setdefault(self.index, bytearray())
                into += data if cut < 0 else data[:cut]
                if len(into) > _FIELD_LIMIT:
                    raise ValueError(f"champ {self.name.decode()}-{self.index} démesuré")
            if cut < 0:
                return
            data = data[cut + 1 :]
            self.index += 1

    def _wanted(self) -> bool:
        if self.index not in self.kept:
            return False
        if self.name == b"OBX" and self.index == _DOCUMENT_FIELD:
            return bytes(self.fields.get(2, b"")).strip() in _CODED
        return True

    def in_document(self) -> bool:
        """Whether the bytes that come may be those of a document."""
        return self.name == b"OBX" and self.index == _DOCUMENT_FIELD and not self._wanted()

    def text(self) -> bytes:
        """The segment again, with its dropped fields empty."""
        last = max(self.fields, default=0)
        parts = [bytes(self.fields.get(index, b"")).strip() for index in range(self.first, last + 1)]
        return self.separator.join([self.name, *parts])


class _Scanner:
    """The state between two pieces of a file."""

    def __init__(self) -> None:
        self.rang = 0
        self.frame: Frame | None = None
        self.segment: _Segment | None = None
        self.separator = b"|"
        self.head = bytearray()
        self.at_start = True
        self.framed = False
        self.astray = False
        self.size = 0

    def feed(self, piece: bytes) -> Iterator[Frame]:
        position = self._skip_document(piece, 0)
        while found := _BREAK.search(piece, position):
            yield from self._text(piece[position : found.start()])
            yield from self._end_line()
            yield from self._control(found.group())
            position = self._skip_document(piece, found.end())
        yield from self._text(piece[position:])

    def _skip_document(self, piece: bytes, position: int) -> int:
        """Past the lines that can only be a document's: those before the next delimiter or frame.

        Nearly all bytes of a folder are skipped here, at once and not line by line.
        """
        if self.segment is None or not self.segment.in_document():
            return position
        stops = (piece.find(mark, position) for mark in (self.separator, _START, _END))
        stop = min((at for at in stops if at >= 0), default=len(piece))
        end = max(piece.rfind(b"\r", position, stop), piece.rfind(b"\n", position, stop))
        if end < 0:
            return position
        self.head.clear()
        self.at_start = True
        return end + 1

    def close(self, *, empty: bool) -> Iterator[Frame]:
        yield from self._end_line()
        if self.frame is not None and self.framed:
            self._spoil("message coupé : le cadre MLLP n'est pas refermé")
        yield from self._finish()
        if self.rang == 0:
            yield Frame(1, defaut="fichier vide" if empty else "aucun message : pas de segment MSH")

    def _control(self, control: bytes) -> Iterator[Frame]:
        if control == _START:
            if self.framed:
                self._spoil("message coupé : le cadre MLLP n'est pas refermé")
            yield from self._finish()
            self.framed = True
        elif control == _END:
            self.framed = False
            yield from self._finish()

    def _text(self, data: bytes) -> Iterator[Frame]:
        if not data:
            return
        if not self.at_start:
            self._add(data)
            return
        self.head = (self.head + data).lstrip(b" \t")
        if len(self.head) > len(b"MSH"):
            yield from self._begin_line()

    def _end_line(self) -> Iterator[Frame]:
        if self.at_start and self.head.strip():
            yield from self._begin_line()
        self.head.clear()
        self.at_start = True

    def _begin_line(self) -> Iterator[Frame]:
        """Whether the line that begins is a segment or the rest of the one before."""
        line = bytes(self.head)
        self.head.clear()
        self.at_start = False
        name, mark = line[:3], line[3:4]
        if name == b"MSH" and mark and not mark.isalnum():
            yield from self._finish()
            self.rang += 1
            self.frame = Frame(self.rang)
            self.astray = False
            self.separator = mark
            self._open(name, line[4:])
        elif self.frame is None:
            if name not in _ENVELOPES and not self.astray:
                self.astray = True
                self.rang += 1
                yield Frame(self.rang, defaut="du texte hors de tout message : pas de segment MSH")
        elif self._is_segment(name, mark):
            self._seal()
            self._open(name, line[4:])
        else:
            self._add(line)

    def _is_segment(self, name: bytes, mark: bytes) -> bool:
        if self.segment is not None and self.segment.in_document():
            return name in _AFTER_DOCUMENT and mark == self.separator
        return _SEGMENT.fullmatch(name) is not None and mark in (self.separator, b"")

    def _open(self, name: bytes, rest: bytes) -> None:
        self.segment = _Segment(name, self.separator)
        self._add(rest)

    def _add(self, data: bytes) -> None:
        if self.segment is not None:
            try:
                self.segment.add(data)
            except ValueError as error:
                self._spoil(str(error))
                self.segment = None

    def _seal(self) -> None:
        segment, self.segment = self.segment, None
        if segment is None or self.frame is None or not segment.kept:
            return
        text = segment.text()
        self.size += len(text)
        if self.size > _MESSAGE_LIMIT:
            self._spoil("message démesuré")
        elif self.frame.defaut is None:
            self.frame.segments.append(text)

    def _spoil(self, reason: str) -> None:
        if self.frame is not None and self.frame.defaut is None:
            self.frame.defaut = reason
            self.frame.segments.clear()

    def _finish(self) -> Iterator[Frame]:
        if self.segment is not None and self.segment.in_document():
            self._spoil("message coupé au milieu de son document")
        self._seal()
        frame, self.frame, self.size = self.frame, None, 0
        if frame is not None:
            yield frame
