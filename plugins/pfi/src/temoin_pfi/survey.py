"""A folder of message files, read once: what was sent, what was answered, what could not be read.

Of each message a few words are kept, never its document: some 0.8 kB per message, whatever the size of the files.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from temoin_pfi.framing import Frame, read_frames
from temoin_pfi.identifiers import Choice
from temoin_pfi.messages import Accuse, Autre, Emetteur, Envoi, Objet, UnreadableMessage
from temoin_pfi.parsing import read_message
from temoin_sdk.errors import ConnectionRefused

_HEADINGS: Final = {
    Objet.DMP: "ZAM^Z01 (accusés du DMP)",
    Objet.MSS_RECUE: "ZAM^Z02 (accusés de réception MSSanté)",
    Objet.MSS_LUE: "ZAM^Z03 (accusés de lecture MSSanté)",
}
_REUSED: Final = "identifiant de message (MSH-10) déjà donné par le même émetteur à un message pour un autre usager"


@dataclass(frozen=True, slots=True)
class Illisible:
    """A message, by its file and its place in it, and why it is not counted."""

    fichier: str
    rang: int
    raison: str


@dataclass(slots=True)
class Survey:
    """What a folder holds. `envois` are those to the DMP or MSSanté, one per sender and identifier."""

    fichiers: int = 0
    rubriques: Counter[str] = field(default_factory=Counter)
    envois: dict[tuple[Emetteur, str], Envoi] = field(default_factory=dict)
    accuses: list[Accuse] = field(default_factory=list)
    doublons: int = 0
    illisibles: list[Illisible] = field(default_factory=list)


def survey_folder(dossier: Path, motif: str, choice: Choice) -> Survey:
    """Read every file of the folder that fits the pattern, in the order of their names.

    Raises ConnectionRefused for a folder that is absent, a pattern that nothing fits (a folder that moved would
    otherwise be an honest-looking 0) and a file that cannot be opened.
    """
    survey = Survey()
    for path in _files(dossier, motif):
        survey.fichiers += 1
        name = path.relative_to(dossier).as_posix()
        for frame in _frames(path, name):
            _add_frame(survey, name, frame, choice)
    return survey


def _files(dossier: Path, motif: str) -> list[Path]:
    if not dossier.is_dir():
        raise ConnectionRefused(
            f"Le dossier des messages {dossier} n'existe pas.",
            remede="Corriger « dossier », ou monter le partage où la plateforme les archive.",
            code="pfi_dossier_absent",
            retryable=False,
        )
    found = sorted(path for path in dossier.glob(motif) if path.is_file())
    if not found:
        raise ConnectionRefused(
            f"Aucun fichier de {dossier} ne correspond au motif « {motif} ».",
            remede="Corriger « motif » (« **/*.hl7 » cherche aussi dans les sous-dossiers), ou vérifier que la "
            "plateforme archive bien ses messages dans ce dossier.",
            code="pfi_dossier_vide",
            retryable=False,
        )
    return found


def _frames(path: Path, name: str) -> Iterator[Frame]:
    try:
        with path.open("rb") as stream:
            yield from read_frames(stream)
    except OSError as error:
        raise ConnectionRefused(
            f"Le fichier {name} ne se lit pas : {error.strerror or type(error).__name__}.",
            remede="Donner au compte de l'agent le droit de lire ce fichier, puis relancer.",
            code="pfi_fichier",
        ) from error


def _add_frame(survey: Survey, name: str, frame: Frame, choice: Choice) -> None:
    if frame.defaut is not None:
        survey.illisibles.append(Illisible(name, frame.rang, frame.defaut))
        return
    try:
        message = read_message(frame.segments, choice)
        _add_message(survey, message)
    except UnreadableMessage as error:
        survey.illisibles.append(Illisible(name, frame.rang, str(error)))


def _add_message(survey: Survey, message: Envoi | Accuse | Autre) -> None:
    match message:
        case Autre():
            survey.rubriques[message.rubrique] += 1
        case Accuse():
            survey.rubriques[_HEADINGS[message.objet]] += 1
            survey.accuses.append(message)
        case Envoi():
            _add_envoi(survey, message)


def _add_envoi(survey: Survey, envoi: Envoi) -> None:
    """The first of several messages of one sender and identifier stands; the later ones are repeats of it."""
    before = survey.envois.setdefault((envoi.emetteur, envoi.identifiant), envoi)
    if before.usager != envoi.usager or before.action is not envoi.action:
        raise UnreadableMessage(_REUSED)
    if before is envoi:
        survey.rubriques[f"envois ({envoi.action.value})"] += 1
    else:
        survey.doublons += 1
