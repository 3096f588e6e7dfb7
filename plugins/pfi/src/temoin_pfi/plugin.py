"""The source `pfi`: messages sent and deposits made, when the platform confirmed them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from temoin_pfi.documents import standing_documents
from temoin_pfi.matching import Issue, Matched, match_acknowledgements, shared_numbers
from temoin_pfi.messages import Action, Envoi
from temoin_pfi.settings import ESPACE, ReglagesPfi, space_of
from temoin_pfi.survey import Survey, survey_folder
from temoin_sdk.civil import MARGIN
from temoin_sdk.contract import (
    ESPACE_INS,
    LOCALE_ETABLISSEMENT,
    DepotDmp,
    Instant,
    Logiciel,
    MessageMss,
    Nature,
    RecordSource,
    Reglages,
    Source,
    hookimpl,
)
from temoin_sdk.errors import MappingError
from temoin_sdk.vocabulary import Destinataire
from temoin_sdk.windows import Fenetre

WITHOUT_SITE: Final = "sans-etablissement"
"""Code of deposits whose message names no establishment: listed by nobody, so the count says how many they are."""

_NAMED: Final = 5
_KNOWN: Final = 20


class Pfi(RecordSource):
    """HL7v2 messages and acknowledgements of an intermediation platform, in a folder."""

    nom = "pfi"
    logiciel = Logiciel("PFI (HL7v2, volet transmission d'un document CDA-R2)", "2.1")
    espace_usagers: ClassVar[str] = ESPACE
    dates: ClassVar[Nature] = Instant(LOCALE_ETABLISSEMENT)
    Reglages: ClassVar[type[Reglages]] = ReglagesPfi
    reglages: ReglagesPfi

    @classmethod
    def specialised(cls, reglages: Mapping[str, Any]) -> type[Source]:
        """The class whose space and zone are those of the settings; wrong ones are left to their own check."""
        espace, fuseau = reglages.get("espace_usagers"), reglages.get("fuseau", LOCALE_ETABLISSEMENT)
        if not isinstance(espace, str | None) or not _is_zone(fuseau):
            return cls
        space = space_of(espace, str(reglages.get("identifiant")))
        return type(cls.__name__, (cls,), {"espace_usagers": space, "dates": Instant(fuseau)})

    @cached_property
    def _survey(self) -> Survey:
        reglages = self.reglages
        survey = survey_folder(reglages.dossier, reglages.motif, reglages.choice())
        if survey.illisibles and reglages.illisibles == "refuser":
            raise _unreadable(survey)
        return survey

    @cached_property
    def _matched(self) -> Matched:
        return match_acknowledgements(self._survey)

    def etablissements(self) -> Iterable[str]:
        """Establishments that messages name, and those that settings list."""
        named = {envoi.site for envoi in self._survey.envois.values() if envoi.site is not None}
        return sorted(named.union(self.reglages.etablissements))

    def remede_site_inconnu(self, codes: Sequence[str], fenetre: Fenetre) -> str:
        """No message names it: it may have sent none yet, and its code may be right."""
        known = ", ".join(sorted(self.etablissements())[:_KNOWN]) or "aucun"
        return (
            f"Aucun message ne nomme {', '.join(codes)}. Si la plateforme sert cet établissement, l'ajouter à "
            "« etablissements » dans les réglages de cette source : il aura 0. Sinon, corriger son code, ou compléter "
            "« organisations ». "
            f"Établissements nommés : {known}."
        )

    def messages_mss(self, periode: Fenetre) -> Iterable[MessageMss]:
        """One row per confirmed message, whatever its recipients; dated by the message, not by its answer.

        A request to delete is no message to anybody. A mail to professionals and to the usager at once is shown as one
        to professionals, since a message counts once.
        """
        shared = shared_numbers(self._survey.envois.values())
        for key, issue in self._matched.mss.items():
            envoi = self._survey.envois[key]
            if issue is Issue.CONFIRME and envoi.action is not Action.SUPPRESSION:
                to = Destinataire.PROFESSIONNEL if envoi.vers_professionnels else Destinataire.USAGER
                yield MessageMss(envoi.site, envoi.moment, to.value, _key(envoi, shared))

    def depots_dmp(self, periode: Fenetre) -> Iterable[DepotDmp]:
        """One row per document that stands at the end of the window, dated by the message that first brought it."""
        shared = shared_numbers(self._survey.envois.values())
        for envoi in standing_documents(self._survey, self._matched, periode.fin - MARGIN).depots:
            yield DepotDmp(envoi.site or WITHOUT_SITE, self._usager(envoi), envoi.moment, _key(envoi, shared))

    def _usager(self, envoi: Envoi) -> str:
        """The identifier in the space of the settings; of an INS in the shared space, its hash alone."""
        if envoi.usager is None or self.espace_usagers != ESPACE_INS:
            return envoi.usager or ""
        if self.cle_ins is None:
            raise TypeError("a source that names persons by their INS is read by the sdk, which has its key")
        return self.cle_ins(envoi.usager)


def _key(envoi: Envoi, shared: frozenset[str]) -> str:
    """The message's number, which another program may have logged too; with its sender where senders share it."""
    return "^".join((*envoi.emetteur, envoi.identifiant)) if envoi.identifiant in shared else envoi.identifiant


def _is_zone(text: object) -> bool:
    if text == LOCALE_ETABLISSEMENT:
        return True
    try:
        return isinstance(text, str) and bool(ZoneInfo(text))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _unreadable(survey: Survey) -> MappingError:
    told = [f"{one.fichier}, message {one.rang} : {one.raison}" for one in survey.illisibles[:_NAMED]]
    more = len(survey.illisibles) - len(told)
    rest = f" ; et {more} autres" if more else ""
    return MappingError(
        f"{len(survey.illisibles)} messages ne peuvent pas être lus ({' ; '.join(told)}{rest}).",
        remede="Remplacer ou retirer ces fichiers (« temoin-pfi etat » les liste tous), ou écrire "
        'illisibles = "ecarter" pour compter sans eux.',
        code="pfi_illisible",
    )


@hookimpl
def temoin_sources() -> list[type[Source]]:
    """Source classes."""
    return [Pfi]
