"""Bytes of files to messages: ends of lines, MLLP, several messages, broken documents, bounded memory."""

import io
import tracemalloc
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temoin_pfi.framing import Frame, read_frames


def frames(data: bytes | str) -> list[Frame]:
    return list(read_frames(io.BytesIO(data if isinstance(data, bytes) else data.encode())))


def test_lines_end_with_cr_lf_or_both(hl7: Any) -> None:
    [expected] = frames(hl7.envoi(eol="\r"))
    assert frames(hl7.envoi(eol="\n")) == frames(hl7.envoi(eol="\r\n")) == [expected]


def test_several_messages_in_one_file(hl7: Any) -> None:
    found = frames(hl7.envoi("M1") + hl7.envoi("M2") + "\r\n\r\n" + hl7.accuse("M1"))
    assert [frame.rang for frame in found] == [1, 2, 3]
    assert [frame.segments[0].split(b"|")[9] for frame in found] == [b"M1", b"M2", b"A1"]


def test_mllp_frames(hl7: Any) -> None:
    plain = frames(hl7.envoi("M1") + hl7.accuse())
    assert frames(f"\x0b{hl7.envoi('M1')}\x1c\r\x0b{hl7.accuse()}\x1c\r") == plain


def test_a_batch_wraps_its_messages(hl7: Any) -> None:
    batch = f"FHS|^~\\&|DUI\rBHS|^~\\&|DUI\r{hl7.envoi('M1')}{hl7.accuse()}BTS|2\rFTS|1\r"
    assert frames(batch) == frames(hl7.envoi("M1") + hl7.accuse())


def test_a_byte_order_mark_is_no_text(hl7: Any) -> None:
    assert frames(b"\xef\xbb\xbf" + hl7.envoi().encode()) == frames(hl7.envoi())


@pytest.mark.parametrize("eol", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("width", [3, 4, 60, 76])
def test_a_document_broken_over_lines_is_one_document(hl7: Any, eol: str, width: int) -> None:
    broken = eol.join(hl7.document[i : i + width] for i in range(0, len(hl7.document), width))
    assert frames(hl7.envoi(document=broken, eol=eol)) == frames(hl7.envoi())


def test_the_end_of_a_document_may_look_like_a_segment(hl7: Any) -> None:
    assert frames(hl7.envoi(document="QUJDREVG\rQUI")) == frames(hl7.envoi())


def test_a_segment_broken_over_lines_is_put_together(hl7: Any) -> None:
    broken = hl7.envoi().replace("FINEG^^^0100", "FINEG^^\r^0100")
    assert frames(broken) == frames(hl7.envoi())


def test_names_addresses_and_documents_are_dropped_while_reading(hl7: Any, canaries: tuple[str, ...]) -> None:
    kept = b"".join(b"".join(frame.segments) for frame in frames(hl7.envoi(vers="dmp ps pat") + hl7.accuse()))
    assert [c for c in canaries if c != "190017512345678" and c.encode() in kept] == []


def test_a_document_of_40_megabytes_takes_no_memory(hl7: Any) -> None:
    class Endless(io.RawIOBase):
        """A message whose document never stands whole anywhere, not even in the test."""

        def __init__(self) -> None:
            before, after = hl7.envoi(document="{ici}").split("{ici}")
            self.parts = [before.encode(), *[b"QUJD" * 16384] * 640, after.encode()]

        def read(self, _size: int = -1) -> bytes:
            return self.parts.pop(0) if self.parts else b""

    stream: BinaryIO = Endless()  # type: ignore[assignment] # read() is all that is used
    tracemalloc.start()
    try:
        [frame] = read_frames(stream)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert frame.segments == frames(hl7.envoi())[0].segments
    assert peak < 1_000_000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "vide"),
        (b"%PDF-1.7 \n%\xe2\xe3 du texte", "hors de tout message"),
        (b"\r\n  \r\n", "aucun message"),
        (b"PID|||1\r", "hors de tout message"),
    ],
)
def test_a_file_without_message_says_so(data: bytes, reason: str) -> None:
    [frame] = frames(data)
    assert reason in (frame.defaut or "")


def test_text_before_the_first_message_does_not_hide_it(hl7: Any) -> None:
    astray, message = frames("une ligne\rune autre\r" + hl7.envoi())
    assert (astray.rang, message.rang) == (1, 2)
    assert "hors de tout message" in (astray.defaut or "")
    assert message.defaut is None


def test_a_message_cut_in_its_document_is_named(hl7: Any) -> None:
    whole = hl7.envoi("M1")
    good, cut = frames(hl7.envoi("M0") + whole[: whole.index("Base64^") + 500])
    assert good.defaut is None
    assert "au milieu de son document" in (cut.defaut or "")


def test_an_mllp_frame_left_open_is_named(hl7: Any) -> None:
    cut, good = frames(f"\x0b{hl7.envoi('M1')}\x0b{hl7.envoi('M2')}\x1c\r")
    assert "cadre MLLP" in (cut.defaut or "")
    assert good.defaut is None
    assert "cadre MLLP" in (frames(f"\x0b{hl7.envoi('M1')}")[0].defaut or "")


def test_a_field_beyond_any_identifier_is_refused(hl7: Any) -> None:
    [frame] = frames(hl7.envoi(pid3="9" * 10_000))
    assert frame.defaut == "champ PID-3 démesuré"
    [frame] = frames(hl7.envoi() + "PRT||UC||SB|x|||y\r" * 90_000)
    assert frame.defaut == "message démesuré"


@settings(max_examples=60, deadline=None)
@given(cuts=st.lists(st.integers(1, 400), min_size=1, max_size=30))
def test_the_pieces_a_file_is_read_by_change_nothing(cuts: list[int]) -> None:
    text = (
        b"\x0bMSH|^~\\&|A|B|C|D|20260915||MDM^T02|1|P\r\nPID|||7^^^X&1&ISO^PI||CANARI\r\n"
        b"OBX|1|ED|x||^TEXT^XML^Base64^QUJD\r\nPIDX\r\nQUI||||||F\r\nOBX|2|CE|DESTDMP^^MetaDMPMSS||Y\r\n\x1c\r"
        b"MSH|^~\\&|A|B|C|D|20260916||MDM^T02|2|P\nOBX|2|CE|DESTDMP||N\n"
    )

    class Chopped(io.BytesIO):
        turn = 0

        def read(self, size: int | None = -1) -> bytes:
            self.turn += 1
            return super().read(cuts[self.turn % len(cuts)])

    assert list(read_frames(Chopped(text))) == frames(text)
    assert [frame.defaut for frame in frames(text)] == [None, None]
