"""One meaning has one spelling: what is accepted re-serialises identically, other spellings are refused by name."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, RootModel

from temoin_sdk.errors import ReportError
from temoin_sdk.figures import ENTIER_MAX
from temoin_sdk.report.octets import MAX_OCTETS, MAX_PROFONDEUR, from_octets, read_json, to_octets


class Petit(BaseModel):
    """A payload with one of each kind of value."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    nom: str
    nombre: int | None
    table: dict[str, int]
    liste: tuple[bool, ...]


EXEMPLE = Petit(nom='Été "bref"\n', nombre=ENTIER_MAX, table={"é": 1, "b": 2, "a": 0}, liste=(True, False))
OCTETS = '{"liste":[true,false],"nom":"Été \\"bref\\"\\n","nombre":9007199254740991,"table":{"a":0,"b":2,"é":1}}'


def refusal(data: bytes) -> str:
    with pytest.raises(ReportError) as caught:
        from_octets(Petit, data)
    return caught.value.code


def spelt(**members: str) -> bytes:
    """OCTETS with some members' values spelt otherwise."""
    texts = {"liste": "[]", "nom": '"a"', "nombre": "1", "table": "{}"} | members
    return ("{" + ",".join(f'"{name}":{text}' for name, text in texts.items()) + "}").encode()


def test_the_spelling_is_known() -> None:
    assert to_octets(EXEMPLE) == OCTETS.encode()
    assert from_octets(Petit, OCTETS.encode()) == EXEMPLE


def test_the_base_of_the_refusals_is_accepted() -> None:
    assert from_octets(Petit, spelt()).nombre == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"\xef\xbb\xbf" + spelt(), "octets_bom", id="byte order mark"),
        pytest.param(spelt().decode().encode("utf-16-le"), "octets_json", id="utf-16 little endian"),
        pytest.param(spelt(nom='"é"').decode().encode("latin-1"), "octets_utf8", id="latin-1"),
        pytest.param(b'{"nom":"\xed\xa0\x80"}', "octets_utf8", id="surrogate in raw bytes"),
        pytest.param(b'{"nom":"\xc0\xaf"}', "octets_utf8", id="overlong utf-8"),
        pytest.param(b"", "octets_json", id="nothing"),
        pytest.param(spelt() + b"{}", "octets_json", id="two values"),
        pytest.param(spelt()[:-1], "octets_json", id="cut short"),
        pytest.param(spelt(nom='"a\x00"'), "octets_json", id="raw control character"),
        pytest.param(spelt() + b"\n", "octets_ecriture", id="newline at the end"),
        pytest.param(spelt(liste="[true, false]"), "octets_ecriture", id="space"),
        pytest.param(spelt(nom='"\\u0061"'), "octets_ecriture", id="needless escape"),
        pytest.param(spelt(nom='"\\/"'), "octets_ecriture", id="escaped solidus"),
        pytest.param(spelt(nom='"\\u000a"'), "octets_ecriture", id="long escape where a short one exists"),
        pytest.param(spelt(nom='"\\u001F"'), "octets_ecriture", id="upper-case escape"),
        pytest.param(spelt(nom='"\\ud83d\\ude00"'), "octets_ecriture", id="escaped astral character"),
        pytest.param(spelt(nombre="-0"), "octets_ecriture", id="minus zero"),
        pytest.param(spelt(nom='"\\ud83d"'), "octets_surrogat", id="lone surrogate"),
        pytest.param(spelt(table='{"\\udc00":1}'), "octets_surrogat", id="lone surrogate in a name"),
        pytest.param(spelt(nom='"e\u0301"'), "octets_nfc", id="decomposed"),
        pytest.param(spelt(table='{"e\u0301":1}'), "octets_nfc", id="decomposed name"),
        pytest.param(spelt(table='{"a":1,"a":1}'), "octets_doublon", id="duplicate member, same value"),
        pytest.param(spelt(table='{"a":1,"\\u0061":2}'), "octets_doublon", id="duplicate member, escaped"),
        pytest.param(spelt(table='{"b":1,"a":2}'), "octets_ordre", id="unsorted"),
        pytest.param(spelt(table='{"\U00010000":1,"\uffee":2}'), "octets_ordre", id="sorted by utf-16 units"),
        pytest.param(spelt(nombre="1.0"), "octets_nombre", id="float of whole value"),
        pytest.param(spelt(nombre="1e2"), "octets_nombre", id="exponent"),
        pytest.param(spelt(nombre="NaN"), "octets_nombre", id="nan"),
        pytest.param(spelt(nombre="-Infinity"), "octets_nombre", id="infinity"),
        pytest.param(spelt(nombre="-1"), "octets_nombre", id="negative"),
        pytest.param(spelt(nombre=str(ENTIER_MAX + 1)), "octets_nombre", id="past 2^53 - 1"),
        pytest.param(spelt(nombre="9" * 5000), "octets_nombre", id="thousands of digits"),
        pytest.param(spelt(nombre="01"), "octets_json", id="leading zero"),
        pytest.param(spelt(z="1"), "membre_inconnu", id="unknown member"),
        pytest.param(spelt(nombre="true"), "forme", id="boolean for a number"),
        pytest.param(spelt(nombre='"1"'), "forme", id="text for a number"),
        pytest.param(spelt(liste="[1]"), "forme", id="number for a boolean"),
        pytest.param(b'{"liste":[],"nom":"a","table":{}}', "forme", id="missing member"),
        pytest.param(b"[]", "forme", id="not an object"),
        pytest.param(b"[" * 20 + b"]" * 20, "octets_profondeur", id="too deep"),
        pytest.param(b"[" * 100_000, "octets_profondeur", id="deep enough to exhaust a parser"),
        pytest.param(b'"' + b"a" * MAX_OCTETS + b'"', "octets_taille", id="too large"),
    ],
)
def test_each_defect_has_its_code(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_an_absent_member_does_not_stand_for_its_default() -> None:
    class AvecDefaut(Petit):
        nombre: int | None = None

    with pytest.raises(ReportError) as caught:
        from_octets(AvecDefaut, b'{"liste":[],"nom":"a","table":{}}')
    assert caught.value.code == "octets_ecriture"


def test_the_depth_allowed_is_the_depth_documented() -> None:
    assert read_json(b"[" * MAX_PROFONDEUR + b"]" * MAX_PROFONDEUR)
    with pytest.raises(ReportError):
        read_json(b"[" * (MAX_PROFONDEUR + 1) + b"]" * (MAX_PROFONDEUR + 1))


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("nombre", -1, "octets_nombre"),
        ("nombre", ENTIER_MAX + 1, "octets_nombre"),
        ("nom", "e\u0301", "octets_nfc"),
        ("table", {"e\u0301": 1}, "octets_nfc"),
    ],
)
def test_nothing_illegal_is_written(member: str, value: object, code: str) -> None:
    with pytest.raises(ReportError) as caught:
        to_octets(EXEMPLE.model_copy(update={member: value}))
    assert caught.value.code == code


def test_nothing_too_large_is_written() -> None:
    with pytest.raises(ReportError) as caught:
        to_octets(EXEMPLE.model_copy(update={"nom": "a" * MAX_OCTETS}))
    assert caught.value.code == "octets_taille"


def test_a_refusal_quotes_little_of_what_was_sent() -> None:
    with pytest.raises(ReportError) as caught:
        from_octets(Petit, spelt(**{"z" * 5000: "1"}))
    assert len(caught.value.phrase()) < 1000


texts = st.text().filter(lambda text: all(not "\ud800" <= character <= "\udfff" for character in text))
payloads = st.builds(
    Petit,
    nom=texts,
    nombre=st.none() | st.integers(0, ENTIER_MAX),
    table=st.dictionaries(texts, st.integers(0, ENTIER_MAX)),
    liste=st.lists(st.booleans()).map(tuple),
)


@given(payloads)
def test_what_is_written_is_read_back(petit: Petit) -> None:
    try:
        data = to_octets(petit)
    except ReportError as error:
        assert error.code == "octets_nfc"
        return
    assert from_octets(Petit, data) == petit


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


class Quelconque(RootModel[object]):
    """Any JSON value at all: only the rules of spelling can refuse it."""


@given(json_values, st.booleans(), st.booleans(), st.sampled_from([None, 1]))
def test_whatever_passes_has_that_one_spelling(value: object, escaped: bool, ordered: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=escaped, sort_keys=ordered, indent=indent, separators=(",", ":"))
    try:
        read = from_octets(Quelconque, text.encode())
    except ReportError:
        return
    assert read.root == value
    assert text == json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@given(payloads, st.data())
def test_any_change_of_spelling_is_refused(petit: Petit, data: st.DataObject) -> None:
    """The same meaning through another writer: never accepted unless the bytes are the very same."""
    value = petit.model_dump(mode="json")
    names = data.draw(st.permutations(sorted(value)))
    other = json.dumps(
        {name: value[name] for name in names},
        ensure_ascii=data.draw(st.booleans()),
        separators=data.draw(st.sampled_from([(",", ":"), (", ", ": "), (",", ": ")])),
        indent=data.draw(st.sampled_from([None, 0])),
    ).encode()
    try:
        accepted = from_octets(Petit, other)
    except ReportError:
        return
    assert to_octets(accepted) == other


@given(payloads, st.data())
def test_any_byte_changed_changes_the_meaning_or_is_refused(petit: Petit, data: st.DataObject) -> None:
    try:
        original = to_octets(petit)
    except ReportError:
        return
    place = data.draw(st.integers(0, len(original)))
    other = original[:place] + data.draw(st.binary(min_size=1, max_size=2)) + original[place:]
    try:
        accepted = from_octets(Petit, other)
    except ReportError:
        return
    assert accepted != petit
    assert to_octets(accepted) == other
