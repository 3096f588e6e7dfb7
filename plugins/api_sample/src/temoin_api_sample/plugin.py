"""Two SaaS DUIs for Témoin: where the facts are behind their APIs, and nothing about what they mean."""

from collections.abc import Iterable
from typing import ClassVar

from temoin_sdk import (
    LOCALE_ETABLISSEMENT,
    DepotDmp,
    Drapeau,
    Evenement,
    Instant,
    Jour,
    Logiciel,
    MessageMss,
    MiseAJour,
    Projet,
    RecordSource,
    Sejour,
    Source,
    hookimpl,
)
from temoin_sdk.http import (
    ApiKey,
    Bornes,
    Client,
    FormeApi,
    Offset,
    PageNumber,
    ReglagesCle,
    ReglagesOAuth2,
    client_credentials,
)
from temoin_sdk.windows import Fenetre

UTC = Instant("UTC")
MOTIFS = {"REFUSAL": "refus_usager", "EMERGENCY": "accueil_urgence", "SHORT_STAY": "sejour_bref"}
PROJETS = {"DRAFT": "en_preparation", "SIGNED": "actif", "ON_HOLD": "suspendu", "ENDED": "termine"}
AGENDA = {"PLANNED": "planifie", "CONFIRMED": "valide", "DONE": "termine", "CANCELLED": "annule"}
DESTINATAIRES = {"PRO": "professionnel", "PATIENT": "usager"}
CARNET_PROJETS = {"P": "en_preparation", "A": "actif", "C": "termine"}
CARNET_AGENDA = {"PREVU": "planifie", "FAIT": "termine", "ANNULE": "annule"}


class Limpide(RecordSource):
    """Limpide: JSON, a token, modules, numbered pages. A word no table knows is passed on: Témoin names it."""

    nom = "limpide"
    logiciel = Logiciel("Limpide", "API 2")
    espace_usagers = "limpide.resident"
    dates = UTC
    dates_par_colonne: ClassVar = dict.fromkeys(
        ("sejours.entree", "sejours.sortie", "projets.debut", "projets.fin"), Jour()
    )
    Reglages = ReglagesOAuth2

    def __init__(self, reglages: ReglagesOAuth2) -> None:
        super().__init__(reglages)
        forme = FormeApi(
            lignes="data",
            pagination=PageNumber(taille=("size", 100), total="meta.total"),
            bornes=Bornes("from", "to", UTC),
            par_minute=1_200,
        )
        self.api = Client(reglages, client_credentials(reglages, scope="temoin.lecture"), forme)

    def etablissements(self) -> Iterable[str]:
        for site in self.api.rows("sites"):
            yield site.field("id")

    def sejours(self, periode: Fenetre) -> Iterable[Sejour]:
        for stay in self.api.rows("stays", periode=periode):
            if stay.field("kind") != "WAITING_LIST":
                motif = stay.maybe("projectExclusion")
                yield Sejour(
                    stay.field("siteId"),
                    stay.field("residentId", int),
                    stay.field("start"),
                    stay.maybe("end"),
                    MOTIFS.get(motif, motif) if motif else None,
                )

    def mises_a_jour(self, periode: Fenetre) -> Iterable[MiseAJour]:
        for note in self.api.rows("transmissions", periode=periode):
            auteur = "humain" if note.field("author.type") == "USER" else "automate"
            yield MiseAJour(note.field("siteId"), note.field("residentId", int), note.field("writtenAt"), auteur)

    def projets(self, periode: Fenetre) -> Iterable[Projet]:
        for action in self.api.rows("project-actions"):
            word = action.field("status")
            yield Projet(
                action.field("siteId"),
                action.field("residentId", int),
                PROJETS.get(word, word),
                action.field("from"),
                action.maybe("until"),
            )

    def evenements(self, periode: Fenetre) -> Iterable[Evenement]:
        for visit in self.api.rows("appointments", periode=periode):
            word = visit.field("status")
            for resident in visit.field("residentIds", list):
                yield Evenement(visit.field("siteId"), resident, visit.field("startsAt"), AGENDA.get(word, word))

    def messages_mss(self, periode: Fenetre) -> Iterable[MessageMss]:
        for mail in self.api.rows("secure-messages", periode=periode):
            if mail.field("state") == "SENT":
                word = mail.field("recipient")
                yield MessageMss(
                    mail.maybe("siteId"), mail.field("sentAt"), DESTINATAIRES.get(word, word), mail.field("messageId")
                )

    def depots_dmp(self, periode: Fenetre) -> Iterable[DepotDmp]:
        for deposit in self.api.rows("dmp-deposits", periode=periode):
            if deposit.field("state") == "ACCEPTED":
                yield DepotDmp(
                    deposit.field("siteId"),
                    deposit.field("residentId", int),
                    deposit.field("depositedAt"),
                    deposit.field("documentId"),
                )


class VieuxCarnet(RecordSource):
    """Vieux Carnet: one GET page with the key in its address, French dates, a month at most per request."""

    nom = "vieux_carnet"
    logiciel = Logiciel("Vieux Carnet", "3")
    espace_usagers = "vieux_carnet.usager"
    ne_sait_pas = frozenset({Drapeau.AUTEUR_INCONNU, Drapeau.ETAT_COURANT_SEUL})
    dates = Instant(LOCALE_ETABLISSEMENT)
    Reglages = ReglagesCle

    def __init__(self, reglages: ReglagesCle) -> None:
        super().__init__(reglages)
        forme = FormeApi(
            lignes="lignes",
            pagination=Offset(param="depart", taille=("nombre", 500), total="nb"),
            bornes=Bornes("du", "au", motif="%d/%m/%Y", fin_incluse=True, mois=1),
            types=("text/plain",),
        )
        self.api = Client(reglages, ApiKey(cle=reglages.cle, parametre="cle"), forme)

    def etablissements(self) -> Iterable[str]:
        for structure in self.api.rows("export.php", {"objet": "structures"}):
            yield structure.field("code")

    def sejours(self, periode: Fenetre) -> Iterable[Sejour]:
        for row in self.api.rows("export.php", {"objet": "sejours"}):
            yield Sejour(
                row.field("structure"), row.field("usager"), iso(row.field("entree")), iso(row.field("sortie"))
            )

    def mises_a_jour(self, periode: Fenetre) -> Iterable[MiseAJour]:
        for row in self.api.rows("export.php", {"objet": "ecritures"}, periode=periode):
            yield MiseAJour(row.field("structure"), row.field("usager"), iso(row.field("date")))

    def projets(self, periode: Fenetre) -> Iterable[Projet]:
        for row in self.api.rows("export.php", {"objet": "projets"}):
            word = row.field("etat")
            yield Projet(row.field("structure"), row.field("usager"), CARNET_PROJETS.get(word, word))

    def evenements(self, periode: Fenetre) -> Iterable[Evenement]:
        for row in self.api.rows("export.php", {"objet": "agenda"}, periode=periode):
            word = row.field("etat")
            yield Evenement(
                row.field("structure"), row.field("usager"), iso(row.field("date")), CARNET_AGENDA.get(word, word)
            )


def iso(text: str) -> str:
    """31/10/2026 23:59 as ISO 8601; what is empty stays so."""
    return f"{text[6:10]}-{text[3:5]}-{text[:2]}{text[10:]}" if text else ""


@hookimpl
def temoin_sources() -> list[type[Source]]:
    """The sources this distribution offers."""
    return [Limpide, VieuxCarnet]
