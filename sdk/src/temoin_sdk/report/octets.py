"""The one spelling of a signed payload.

A payload is UTF-8 JSON: members sorted by the code points of their names, no white space, strings in NFC and escaped
only where JSON demands it, numbers only integers from 0 to 2^53 - 1, no member twice. Each meaning then has exactly
one spelling, so a digest of the bytes is an identity of the content, and a reader never has to canonicalise anything
before it verifies. Every broken rule has its own code, so that a defect in another implementation is found by name.
"""

import json
import unicodedata
from collections.abc import Iterator
from typing import Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from temoin_sdk.errors import ReportError
from temoin_sdk.figures import ENTIER_MAX
from temoin_sdk.refused_files import explain_validation

MAX_OCTETS: Final = 8 * 1024 * 1024
"""No payload is longer: two thousand establishments take about half of it."""

MAX_PROFONDEUR: Final = 12
"""Objects and arrays nested deeper than this are refused; a report nests five."""

_MAX_CHIFFRES = len(str(ENTIER_MAX))
_MAX_PHRASES = 5
_MAX_PHRASE = 300

Modele = TypeVar("Modele", bound=BaseModel)


def to_octets(model: BaseModel) -> bytes:
    """The bytes that are signed. Raises ReportError when a value of `model` has no legal spelling."""
    value = model.model_dump(mode="json")
    _check_value(value, 1)
    data = _spell(value)
    _check_size(data)
    return data


def from_octets(cls: type[Modele], data: bytes) -> Modele:
    """Read a payload that must be spelt exactly as `to_octets` would spell it.

    Raises ReportError: `octets_*` when the bytes break a rule of spelling, `membre_inconnu` when an object holds a
    member that the format does not know, `forme` when a value does not fit the format or contradicts another.
    """
    if _spell(read_json(data)) != data:
        _refuse("octets_ecriture", "Le texte JSON contient des espaces ou des caractères écrits autrement que prévu.")
    try:
        model = cls.model_validate_json(data)
    except ValidationError as error:
        raise explain_refusal(error, cls) from error
    if _spell(model.model_dump(mode="json")) != data:
        _refuse("octets_ecriture", "Une valeur du contenu est écrite autrement que le format ne le prévoit.")
    return model


def read_json(data: bytes) -> object:
    """Parse and check everything that can be said without knowing the format, except white space and escapes."""
    _check_size(data)
    text = _decode(data)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_check_members,
            parse_int=_read_int,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except RecursionError:
        _refuse("octets_profondeur", "Le contenu imbrique trop de niveaux.")
    except json.JSONDecodeError as error:
        _refuse("octets_json", f"Le contenu n'est pas un texte JSON (position {error.pos}).")
    _check_value(value, 1)
    return value


def _spell(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _check_size(data: bytes) -> None:
    if len(data) > MAX_OCTETS:
        _refuse("octets_taille", f"Le contenu fait {len(data)} octets, plus que les {MAX_OCTETS} admis.")


def _decode(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        _refuse("octets_bom", "Le contenu commence par une marque d'ordre des octets (BOM).")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse("octets_utf8", f"Le contenu n'est pas écrit en UTF-8 (octet {error.start}).")


def _check_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    names = [name for name, _ in pairs]
    if len(members) != len(names):
        _refuse("octets_doublon", "Un membre est écrit deux fois dans le même objet.")
    if names != sorted(names):
        _refuse("octets_ordre", "Les membres d'un objet ne sont pas rangés dans l'ordre de leurs noms.")
    return members


def _read_int(text: str) -> int:
    if len(text) > _MAX_CHIFFRES:
        _refuse_number(text)
    return int(text)


def _refuse_number(text: str) -> NoReturn:
    _refuse("octets_nombre", f"Le nombre {text[:24]} n'est pas un entier de 0 à 2^53 - 1.")


def _check_value(value: object, depth: int) -> None:
    if depth > MAX_PROFONDEUR:
        _refuse("octets_profondeur", "Le contenu imbrique trop de niveaux.")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int):
        if not 0 <= value <= ENTIER_MAX:
            _refuse_number(str(value))
    elif isinstance(value, float):
        _refuse_number(repr(value))
    elif isinstance(value, (dict, list)):
        for inner in _parts(value):
            _check_value(inner, depth + 1)


def _parts(value: dict[str, object] | list[object]) -> Iterator[object]:
    if isinstance(value, list):
        yield from value
        return
    for name, inner in value.items():
        yield name
        yield inner


def _check_text(text: str) -> None:
    if text.isascii():
        return
    if any("\ud800" <= character <= "\udfff" for character in text):
        _refuse("octets_surrogat", "Une chaîne contient une moitié de caractère (surrogat isolé).")
    if not unicodedata.is_normalized("NFC", text):
        _refuse("octets_nfc", "Une chaîne n'est pas en forme normale composée (NFC).")


def explain_refusal(error: ValidationError, model: type[BaseModel]) -> ReportError:
    """The report error that says what pydantic refused, in bounded length: the words are the sender's."""
    unknown = any(detail["type"] == "extra_forbidden" for detail in error.errors(include_url=False))
    sentences = [sentence[:_MAX_PHRASE] for sentence in explain_validation(error, model)[:_MAX_PHRASES]]
    return ReportError(
        "\n  - ".join(["Le contenu n'a pas la forme attendue :", *sentences]),
        code="membre_inconnu" if unknown else "forme",
        remede="Recalculer le rapport avec une version de Témoin que le récepteur connaît.",
    )


def _refuse(code: str, message: str) -> NoReturn:
    raise ReportError(
        message,
        code=code,
        remede="Ne rien réécrire à la main : recalculer le rapport, ou renvoyer le fichier d'origine tel quel.",
    )
