"""A leaf opened on site: which record it speaks of, and what it says of it. Nothing of it is written anywhere."""

from dataclasses import dataclass

from temoin_agent.archive.finding import Run
from temoin_agent.configuration import Configuration
from temoin_agent.outbox.store import SignedReport
from temoin_sdk.archive import FolderContents
from temoin_sdk.archive.layout import correspondance_path, details_path, squelette_path
from temoin_sdk.envelope import read_secret
from temoin_sdk.errors import ConfigurationError, ReportError, StorageError
from temoin_sdk.evidence import Detail, Pseudonymizer, engagement_cle, open_correspondance, open_details, root
from temoin_sdk.evidence.leaves import drapeaux_of, split_squelette


@dataclass(frozen=True, slots=True)
class Feuille:
    """One leaf: its rank from 1 in the squelette, the record behind it, and what it commits to.

    `prouvee`: the pseudonyme is the one that this installation's key gives for this very person, so the mapping has
    not been changed since the report.
    """

    rang: int
    empreinte: str
    drapeaux: int
    detail: Detail
    espace: str
    usager: str
    prouvee: bool


def open_leaves(configuration: Configuration, run: Run, report: SignedReport, finess: str) -> tuple[Feuille, ...]:
    """Every leaf of an establishment, once its root is the report's.

    Raises StorageError (`preuve_purgee` after the retention), ReportError, KeyFileError.
    """
    contents, rapport = FolderContents(run.folder), report.rapport
    site_key, secret = read_secret(configuration.cles.site), read_secret(configuration.cles.pseudonymes)
    try:
        squelette = contents.read(squelette_path(finess))
        sealed = [(path, contents.read(path)) for path in (details_path(finess), correspondance_path(finess))]
    except KeyError as error:
        raise StorageError(
            f"{error.args[0]} n'est plus là : cette feuille ne peut plus être ouverte.",
            ou=str(run.folder),
            remede="« temoin evidence list » dit si ces données ont été purgées à la fin de leur conservation ; sinon "
            "restaurez-les depuis une sauvegarde.",
            code="preuve_purgee",
            retryable=False,
        ) from error
    leaves = split_squelette(squelette)
    stated = next(site for site in rapport.etablissements if site.finess == finess)
    if root(leaves).hex() != stated.racine:
        raise ReportError(
            f"Les feuilles gardées de {finess} ne sont pas celles du rapport signé.",
            ou=str(run.folder / squelette_path(finess)),
            remede="Restaurez ce dossier depuis une sauvegarde : une feuille d'un autre squelette ne prouve rien.",
            code="archive_recompte",
        )
    details = open_details(sealed[0][1], squelette, finess, site_key, sealed[0][0])
    who = open_correspondance(sealed[1][1], squelette, finess, site_key, sealed[1][0])
    same_key = engagement_cle(secret) == rapport.engagement_cle
    pseudonymize = Pseudonymizer(secret, ej=rapport.ej, finess=finess, projet=rapport.projet, fenetre=rapport.fenetre)
    return tuple(
        Feuille(
            rang,
            leaf[2:].hex(),
            drapeaux_of(leaf),
            details[leaf[2:]],
            *who[leaf[2:]],
            same_key and pseudonymize(*who[leaf[2:]]) == (details[leaf[2:]].pseudonyme, details[leaf[2:]].sel),
        )
        for rang, leaf in enumerate(leaves, 1)
    )


def pick(feuilles: tuple[Feuille, ...], feuille: str) -> Feuille:
    """The leaf of this rank (from 1), or whose hash begins so (8 digits at least).

    Raises ConfigurationError `feuille_inconnue`.
    """
    text = feuille.strip().lower()
    if text.isdecimal() and len(text) < 8:
        found = [one for one in feuilles if one.rang == int(text)]
    else:
        found = [one for one in feuilles if len(text) >= 8 and one.empreinte.startswith(text)]
    if len(found) != 1:
        raise ConfigurationError(
            f"« {feuille} » ne désigne pas une feuille, et une seule, de cet établissement.",
            remede=f"Donnez son rang, de 1 à {len(feuilles)}, ou le début de son empreinte (8 caractères au moins).",
            code="feuille_inconnue",
        )
    return found[0]
