"""From the kept segments of one message to what it says: the grammar of HL7 is hl7types', the meaning is the volet's.

Source: ANS, CI-SIS, volet « transmission d'un document CDA-R2 en HL7v2 » 2.1.3 (ORU, MDM, ZAM).
"""

from collections.abc import Iterable
from typing import Final

from hl7types import GenericMessage, GenericSegment
from hl7types.codecs.er7.generic import decode_er7_generic

from temoin_pfi.charsets import decode_message
from temoin_pfi.fields import component_of, repetitions_of
from temoin_pfi.identifiers import Choice, choose_usager, read_site
from temoin_pfi.messages import Accuse, Action, Autre, Emetteur, Envoi, Objet, UnreadableMessage
from temoin_pfi.moments import read_moment

_CODES: Final = {
    Objet.DMP: "ACK_RECEPTION_DMP",
    Objet.MSS_RECUE: "ACK_RECEPTION_MSS",
    Objet.MSS_LUE: "ACK_LECTURE_MSS",
}
_EVENTS: Final = {"T02": Action.INITIAL, "T10": Action.REMPLACEMENT, "T04": Action.SUPPRESSION}
_STATUSES: Final = {"F": Action.INITIAL, "C": Action.REMPLACEMENT, "D": Action.SUPPRESSION}
_ACK_TABLE: Final = frozenset({"ackmetierzam", "ackmtierzam", ""})
_META_TABLE: Final = frozenset({"metadmpmss", ""})
_ANSWERS: Final = {"Y": True, "N": False}


class _Message:
    """Segments by name, and their fields and components trimmed: stray spaces mean nothing."""

    def __init__(self, message: GenericMessage) -> None:
        self._segments = message.segments

    def all(self, name: str) -> Iterable[GenericSegment]:
        return (segment for segment in self._segments if segment.name == name)

    def first(self, name: str, field: int, component: int = 1) -> str:
        """A component of the first segment of that name; empty when anything on the way is missing."""
        return next((component_of(segment, field, component) for segment in self.all(name)), "")


def read_message(segments: list[bytes], choice: Choice) -> Envoi | Accuse | Autre:
    """What one message says; UnreadableMessage when it is ours and cannot be counted."""
    message = _Message(decode_er7_generic(decode_message(segments)))
    kind, event = message.first("MSH", 9, 1).upper(), message.first("MSH", 9, 2).upper()
    heading = "^".join(part for part in (kind, event) if part) or "sans type"
    if message.first("MSH", 11).upper() not in ("P", ""):
        return Autre("messages d'essai (MSH-11 autre que P)")
    if kind == "ZAM":
        return _read_accuse(message, event)
    if kind == "MDM" and event in _EVENTS:
        return _read_envoi(message, heading, _EVENTS[event], choice)
    if (kind, event) == ("ORU", "R01"):
        return _read_envoi(message, heading, _action_of_oru(message), choice)
    return Autre(heading)


def _read_envoi(message: _Message, heading: str, action: Action, choice: Choice) -> Envoi | Autre:
    wanted = {name: _flag(message, name) for name in ("DESTDMP", "DESTMSSANTEPS", "DESTMSSANTEPAT")}
    if not any(wanted.values()):
        return Autre(f"{heading} ni pour le DMP ni pour MSSanté")
    pid = next(iter(message.all("PID")), None)
    senders = [prt for prt in message.all("PRT") if component_of(prt, 4).upper() == "SB"]
    organisations = [repetition for prt in senders for repetition in repetitions_of(prt, 8)]
    emetteur = _parties(message, 3)
    return Envoi(
        identifiant=_identifiant(message),
        emetteur=emetteur,
        moment=_moment(message),
        action=action,
        site=read_site(organisations, emetteur[1], choice),
        usager=choose_usager(repetitions_of(pid, 3) if pid else (), choice),
        vers_dmp=wanted["DESTDMP"],
        vers_professionnels=wanted["DESTMSSANTEPS"],
        vers_usager=wanted["DESTMSSANTEPAT"],
        document=_document(message),
        remplace=_entity(message, "TXA", 13),
    )


def _read_accuse(message: _Message, event: str) -> Accuse | Autre:
    try:
        objet = Objet(event)
    except ValueError:
        return Autre(f"ZAM^{event}")
    code = _CODES[objet]
    found = [obx for obx in message.all("OBX") if _coded(obx, _ACK_TABLE) == code]
    if not found:
        raise UnreadableMessage(f"accusé {event} sans le code {code} en OBX-3")
    vise = component_of(found[0], 4)
    if not vise:
        raise UnreadableMessage(f"accusé {event} qui ne dit pas quel message il acquitte (OBX-4 vide)")
    return Accuse(objet, vise, _parties(message, 5), _moment(message), any(_answer(obx) for obx in found))


def _action_of_oru(message: _Message) -> Action:
    """The status of the first document: an ORU asks one thing for all it carries."""
    for obx in message.all("OBX"):
        if component_of(obx, 2).upper() == "ED":
            status = component_of(obx, 11).upper()
            if status not in _STATUSES:
                raise UnreadableMessage("statut du document (OBX-11) autre que F, C ou D")
            return _STATUSES[status]
    return Action.INITIAL


def _flag(message: _Message, name: str) -> bool:
    answers = {_answer(obx) for obx in message.all("OBX") if _coded(obx, _META_TABLE) == name}
    return True in answers


def _coded(obx: GenericSegment, system: frozenset[str]) -> str | None:
    """The code of OBX-3 if it belongs to that table, whose name is also seen with an accent, garbled, or left out."""
    table = "".join(c for c in component_of(obx, 3, 3).lower() if c.isascii() and c.isalnum())
    return component_of(obx, 3).upper() if table in system else None


def _answer(obx: GenericSegment) -> bool:
    text = component_of(obx, 5).upper()
    if text not in _ANSWERS:
        raise UnreadableMessage(f"réponse autre que Y ou N (OBX-5 de {component_of(obx, 3)})")
    return _ANSWERS[text]


def _document(message: _Message) -> str | None:
    """The document's own number: TXA-12 of an MDM, the filler's number and type of an ORU; None when neither is."""
    own = _entity(message, "TXA", 12)
    if own is not None:
        return own
    filler = _entity(message, "OBR", 3)
    return None if filler is None else f"{filler}^{message.first('OBR', 4)}"


def _entity(message: _Message, name: str, field: int) -> str | None:
    """An entity identifier with its authority: the same number of two authorities is two things."""
    number = message.first(name, field, 1)
    return "^".join([number, message.first(name, field, 2), message.first(name, field, 3)]) if number else None


def _parties(message: _Message, field: int) -> Emetteur:
    return message.first("MSH", field), message.first("MSH", field + 1)


def _identifiant(message: _Message) -> str:
    identifiant = message.first("MSH", 10)
    if not identifiant:
        raise UnreadableMessage("message sans identifiant (MSH-10 vide) : rien ne peut l'acquitter")
    return identifiant


def _moment(message: _Message) -> str:
    moment = read_moment(message.first("MSH", 7))
    if moment is None:
        raise UnreadableMessage("date du message absente ou illisible (MSH-7)")
    return moment
