"""The questions, one establishment after the other. Every answer is on the disk before the next question."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from temoin_saisie.asked import Demande, Etablissement
from temoin_saisie.contradictions import find_breaches
from temoin_saisie.declarations import Declaration, Registre
from temoin_saisie.numbers import NumberError, read_number
from temoin_sdk.durable import make_private_folder, replace_files
from temoin_sdk.figures import LIBELLES
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

BROUILLON: Final = "brouillon.json"
_BACK, _ERASE, _HELP = "<", "-", "?"
_INDENT: Final = "    "

Ask = Callable[[str], str]
Say = Callable[[str], None]

AIDES: Final[Mapping[Compte, str]] = {
    Compte.PERSONNES_ACCOMPAGNEES: "personnes distinctes ayant un séjour dans la fenêtre, sorties comprises",
    Compte.PERSONNES_ELIGIBLES: "parmi elles, celles qui peuvent bénéficier d'un projet d'accueil",
    Compte.DOSSIERS_ACTIFS: "parmi elles, celles dont un professionnel a écrit dans le dossier pendant la fenêtre",
    Compte.DOSSIERS_ACTIFS_PROJET: "dossiers actifs dont le projet personnalisé est en préparation ou actif",
    Compte.DOSSIERS_ACTIFS_AGENDA: "dossiers actifs ayant au moins un événement d'agenda dans la fenêtre",
    Compte.MESSAGES_MSS: "messages MSSanté envoyés dans la fenêtre ; un message à cinquante personnes en est un",
    Compte.DMP_ALIMENTES: "personnes éligibles dont le DMP a reçu au moins un document dans la fenêtre",
    Compte.DOCUMENTS_DMP: "documents déposés dans un DMP pendant la fenêtre",
    Compte.PRESCRIPTIONS_IMPORTEES: "prescriptions électroniques importées dans le logiciel pendant la fenêtre",
    Compte.ECHANGES_EPARCOURS: "échanges avec la plateforme régionale par le cahier de liaison",
}


def titled(text: str) -> str:
    """A wording at the head of a line or column: « Messages MSSanté »."""
    return text[:1].upper() + text[1:]


class Draft:
    """What was typed of an establishment that is not finished: an interruption loses no answer."""

    def __init__(self, dossier: Path, fenetre: Fenetre, finess: str) -> None:
        self._path = dossier / BROUILLON
        self._about = f"{finess} {fenetre.debut} {fenetre.fin}"

    def read(self) -> dict[Compte, int]:
        """Answers of an earlier, interrupted run about the same; a draft that cannot be read is no draft."""
        with suppress(OSError, ValueError, TypeError, AttributeError, KeyError):
            data = json.loads(self._path.read_text(encoding="utf-8"))
            if data["de"] == self._about:
                return {Compte(name): int(value) for name, value in data["comptes"].items()}
        return {}

    def keep(self, comptes: Mapping[Compte, int]) -> None:
        """Put the answers so far on the disk. Raises StorageError."""
        make_private_folder(self._path.parent)
        data = {"de": self._about, "comptes": {compte.value: value for compte, value in comptes.items()}}
        replace_files({self._path: json.dumps(data).encode()})

    def forget(self) -> None:
        """The establishment is finished."""
        self._path.unlink(missing_ok=True)


class Interview:
    """Asks a request out; `ask` reads one answer, `say` shows one line."""

    def __init__(self, demande: Demande, ask: Ask, say: Say) -> None:
        self.demande = demande
        self.registre = Registre(demande.dossier)
        self._ask = ask
        self._say = say

    def run(self, *, again: bool) -> int:
        """Ask every establishment that has no figures yet for the window, or all when `again`; how many were kept."""
        kept = 0
        waiting = self._waiting(again=again)
        for rank, etablissement in enumerate(waiting, start=1):
            self._say(f"\n[{rank}/{len(waiting)}] {etablissement.libelle}")
            kept += self._one(etablissement)
        return kept

    def _waiting(self, *, again: bool) -> list[Etablissement]:
        fenetre = self.demande.fenetre
        done = {d.finess for d in self.registre.read().values() if d.is_of(fenetre)}
        skipped = [] if again else [e for e in self.demande.etablissements if e.finess in done]
        self._say(f"Chiffres {fenetre.libelle()}.")
        self._say(
            f"Vide : garder ce qui est entre crochets, ou « non fourni » ({_ERASE} l'efface). {_HELP} : ce qui est "
            f"attendu. {_BACK} : question précédente. Ctrl-C interrompt sans rien perdre."
        )
        if skipped:
            self._say(f"Déjà saisi : {', '.join(e.libelle for e in skipped)} (--revoir pour corriger).")
        return [e for e in self.demande.etablissements if again or e.finess not in done]

    def _one(self, etablissement: Etablissement) -> bool:
        fenetre = self.demande.fenetre
        draft = Draft(self.demande.dossier, fenetre, etablissement.finess)
        before = self.registre.read().get((etablissement.finess, fenetre.debut, fenetre.dernier_jour))
        comptes = draft.read() or (dict(before.comptes) if before else {})
        self._counts(etablissement, comptes, draft)
        if not comptes:
            self._say(f"{_INDENT}Aucun chiffre : rien n'est gardé pour cet établissement.")
            return False
        pieces = self._proofs(before)
        declared = Declaration(
            finess=etablissement.finess,
            debut=fenetre.debut,
            fin_incluse=fenetre.dernier_jour,
            pieces=pieces,
            comptes=comptes,
        )
        self.registre.keep([declared])
        draft.forget()
        self._say(f"{_INDENT}Gardé : {len(comptes)} chiffres, {len(pieces)} pièce(s).")
        return True

    def _counts(self, etablissement: Etablissement, comptes: dict[Compte, int], draft: Draft) -> None:
        asked, rank = self.demande.comptes, 0
        while rank < len(asked):
            step = self._count(etablissement, asked[rank], comptes)
            draft.keep(comptes)
            rank = max(0, rank + step)

    def _count(self, etablissement: Etablissement, compte: Compte, comptes: dict[Compte, int]) -> int:
        """Ask one count until it contradicts nothing; 1 to go on, -1 to go back, 0 to ask again."""
        shown = f" [{comptes[compte]}]" if compte in comptes else ""
        answer = self._ask(f"{_INDENT}{titled(LIBELLES[compte])}{shown} : ").strip()
        if answer == _BACK:
            return -1
        if answer == _HELP:
            self._say(f"{_INDENT}  {AIDES[compte]}")
            return 0
        after = dict(comptes)
        try:
            if answer == _ERASE:
                after.pop(compte, None)
            elif answer:
                after[compte] = read_number(answer)
        except NumberError as error:
            self._say(f"{_INDENT}  {error}")
            return 0
        breaches = [
            b for b in find_breaches(etablissement.finess, after, etablissement.reglages) if compte in b.comptes
        ]
        if breaches:
            for breach in breaches:
                self._say(f"{_INDENT}  Refusé : {breach.message}")
            return 0
        comptes.clear()
        comptes.update(after)
        return 1

    def _proofs(self, before: Declaration | None) -> tuple[str, ...]:
        """At least one document, copied as it is now."""
        names: list[str] = []
        while True:
            if names:
                prompt = "Autre pièce (vide : non) : "
            elif before:
                prompt = f"Pièce qui le prouve [{', '.join(before.pieces)}] : "
            else:
                prompt = "Pièce qui le prouve (PDF, capture, export) : "
            answer = self._ask(f"{_INDENT}{prompt}").strip().strip("\"'")
            if not answer:
                if names or before:
                    return tuple(dict.fromkeys(names)) or (before.pieces if before else ())
                self._say(f"{_INDENT}  Un chiffre déclaré ne vaut que par la pièce dont il est tiré.")
                continue
            try:
                names.append(keep_document(self.registre, Path(answer).expanduser()))
            except DocumentError as error:
                self._say(f"{_INDENT}  {error}")


class DocumentError(Exception):
    """A proof that cannot be kept; the message is the reason, in French."""


def keep_document(registre: Registre, path: Path) -> str:
    """Copy one proof into the folder; gives its name there."""
    try:
        if not path.stat().st_size:
            raise DocumentError(f"{path.name} est vide.")
        return registre.keep_piece(path)
    except OSError as error:
        raise DocumentError(f"{path} ne se lit pas ({error.strerror or type(error).__name__}).") from error
