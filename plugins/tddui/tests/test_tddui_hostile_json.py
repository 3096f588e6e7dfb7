"""Broken or hostile files are refused with the file and the path, never with what they hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temoin_tddui.bundle import read_bundle
from temoin_tddui.problems import BundleRefused
from temoin_tddui.pseudonyms import Hasher

CANARY = "DUPONT-SECRET"
HASHER = Hasher(b"k" * 32)
HEAD = '{"resourceType": "Bundle", "type": "transaction", "entry": ['


def refusal(data):
    with pytest.raises(BundleRefused) as caught:
        read_bundle(data if isinstance(data, bytes) else data.encode(), HASHER)
    error = caught.value
    assert CANARY not in f"{error.phrase()} {error!r} {error.__cause__!r} {error.place}"
    return error


def patient(**more):
    return json.dumps({"resource": {"resourceType": "Patient", "name": [{"family": CANARY}], **more}})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", ""),
        (CANARY, ""),
        ("[]", ""),
        ("{", ""),
        ('{"resourceType": "Bundle"} ' + CANARY, ""),
        ('{"resourceType": "Bundle",}', ""),
        (f'{{"resourceType": "{CANARY}", "type": "transaction"}}', "resourceType"),
        (f'{{"resourceType": "Bundle", "type": "{CANARY}"}}', "type"),
        ('{"resourceType": "Bundle", "type": "document"}', "type"),
        ('{"resourceType": "Bundle", "type": "transaction", "entry": {}}', "entry"),
        (HEAD + "3]}", "entry[0]"),
        (HEAD + patient() + ", {}]}", "entry[1]"),
        (HEAD + patient() + f', {{"resource": "{CANARY}"}}]}}', "entry[1]"),
        (HEAD + '{"resource": {}}]}', "entry[0].resource"),
        (HEAD + patient(identifier=CANARY) + "]}", "entry[0].resource.identifier"),
        (HEAD + patient(identifier=[{"value": {"x": CANARY}}]) + "]}", "entry[0].resource.identifier.value"),
        (HEAD + patient(meta=[CANARY]) + "]}", "entry[0].resource.meta"),
        (HEAD + patient(deceasedDateTime=[CANARY]) + "]}", "entry[0].resource.deceasedDateTime"),
        (HEAD + patient() + ", " + patient()[:-5], "entry[1]"),
    ],
)
def test_broken_text_and_wrong_shapes_name_the_path(text, place):
    assert refusal(text).place == place


def test_a_duplicate_key_is_refused_where_it_stands():
    text = (
        HEAD + '{"resource": {"resourceType": "Patient", "name": [{}, {"family": "A", "family": "' + CANARY + '"}]}}]}'
    )
    error = refusal(text)
    assert (error.code, error.place) == ("tddui_json", "entry[0].resource.name[1]")


def test_a_duplicate_key_at_the_top_is_refused():
    assert refusal('{"resourceType": "Bundle", "type": "transaction", "type": "batch"}').place == "type"


def test_a_key_that_is_no_name_of_fhir_is_not_shown():
    text = HEAD + f'{{"resource": {{"resourceType": "Patient", "{CANARY}": [{{"a": 1, "a": 2}}]}}}}]}}'
    assert refusal(text).place == "entry[0].resource.…[0]"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_nan_and_infinities_are_refused(number):
    assert "NaN" in refusal(HEAD + f'{{"resource": {{"resourceType": "Patient", "x": {number}}}}}]}}').message


@pytest.mark.parametrize("number", ["1e999999", "9" * 50_000, "-0.0"])
def test_numbers_without_end_are_only_text(number):
    assert read_bundle((HEAD + f'{{"resource": {{"resourceType": "Patient", "x": {number}}}}}]}}').encode(), HASHER)


@pytest.mark.parametrize("depth", [80, 900, 200_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_refused(depth, opening, closing):
    inner = "1" if opening != "[" else ""
    nested = opening * depth + inner + closing * depth
    error = refusal(HEAD + f'{{"resource": {{"resourceType": "Patient", "x": {nested}}}}}]}}')
    assert "imbrications" in error.message
    assert error.place.startswith("entry[0]")


def test_deep_nesting_outside_of_entries_is_refused():
    assert refusal('{"resourceType": "Bundle", "x": ' + "[" * 100_000).code == "tddui_json"


@pytest.mark.parametrize("data", [b"\xff\xfe{}", b'{"a": "\xe9"}', b"\x1f\x8b\x08"])
def test_text_that_is_not_utf_8_is_refused(data):
    assert "UTF-8" in refusal(data).message


def test_a_byte_order_mark_and_a_lone_surrogate_are_tolerated():
    text = HEAD + '{"resource": {"resourceType": "Patient", "id": "\\ud800", "name": "\\udfff"}}]}'
    assert read_bundle(b"\xef\xbb\xbf" + text.encode(), HASHER).rows


def test_a_text_too_long_for_a_code_is_refused():
    error = refusal(HEAD + patient(id="x" * 5000) + "]}")
    assert error.place == "entry[0].resource.id"


def test_a_file_too_large_is_refused_before_it_fills_memory(depot, monkeypatch):
    monkeypatch.setattr("temoin_tddui.folder.MAX_FILE", 100)
    (refused,) = depot.take(b" " * 101).refuses
    assert "le couper" in refused.erreur.message


def test_the_file_is_named_with_the_path(depot):
    (refused,) = depot.take((HEAD + '{"resource": {}}]}').encode(), nom="lot-7.json").refuses
    assert refused.erreur.ou.endswith("lot-7.json, entry[0].resource")


_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["identifier", "meta", "period", "status", "subject", "reference", "system", "value", "type"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_KINDS = ["Patient", "Encounter", "CarePlan", "Organization", "Group", "Task", "Consent", "Provenance", "Slot"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(_KINDS),
            st.dictionaries(
                st.sampled_from(
                    ["identifier", "meta", "period", "status", "subject", "member", "for", "partOf", "extension"]
                ),
                _TREES,
                max_size=5,
            ),
        ),
        max_size=4,
    )
)
def test_whatever_the_json_it_is_read_or_refused(resources):
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": {**content, "resourceType": kind}} for kind, content in resources],
    }
    try:
        read_bundle(json.dumps(bundle).encode(), HASHER)
    except BundleRefused as error:
        assert error.place


@given(st.binary(max_size=60))
def test_whatever_the_bytes_they_are_refused(data):
    with pytest.raises(BundleRefused):
        read_bundle(data, HASHER)
