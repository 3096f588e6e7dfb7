"""`temoin-sdk verify`: a signed document or an exported archive, checked alone; the network is never used."""

from pathlib import Path
from typing import Annotated

import typer

from temoin_sdk.archive import Cles, check_archive, is_export, open_export
from temoin_sdk.archive.words import refuse_archive
from temoin_sdk.certificates.contents import Contenu
from temoin_sdk.cli.verify_words import say_archive, say_opened
from temoin_sdk.envelope import Key, parse_header, read_jws_file, read_public_key
from temoin_sdk.errors import Acteur, ConfigurationError, ExitCode, ReportError, TemoinError
from temoin_sdk.ledger.keyfiles import read_note_key
from temoin_sdk.ledger.notes import NoteKey
from temoin_sdk.report import Certificat, Rapport, Recu
from temoin_sdk.report.inscribed import check_inscribed
from temoin_sdk.report.models import ModeleSigne
from temoin_sdk.report.opening import Opened, find_receipt_fault, modele_of, open_signed, open_unverified


def verify(
    fichier: Annotated[
        Path, typer.Argument(help="Rapport, accusé de réception, certificat (.jws) ou archive exportée (.zip).")
    ],
    cle: Annotated[Path | None, typer.Option("--cle", help="Clé publique (.jwk) de qui l'a signé.")] = None,
    rapport: Annotated[
        Path | None, typer.Option("--rapport", help="Pour un accusé : le rapport dont il doit parler.")
    ] = None,
    registre: Annotated[
        Path | None, typer.Option("--registre", help="Pour un accusé : la clé du registre qui doit le contenir.")
    ] = None,
    contenu: Annotated[
        Path | None, typer.Option("--contenu", help="Pour un certificat : le paquet, module ou mapping à comparer.")
    ] = None,
    cle_accuse: Annotated[
        Path | None, typer.Option("--cle-accuse", help="Pour une archive : clé publique (.jwk) du récepteur.")
    ] = None,
) -> int:
    """Vérifie un document ou une archive de Témoin, hors ligne, et dit ce que cela prouve et ne prouve pas.

    D'une archive exportée, refait toutes les racines et tous les comptes à partir des feuilles.
    Finit par 0 si tout est vérifié, 5 s'il manque une clé pour une signature ou, d'un accusé, pour sa place au
    registre, 9 si le document ne peut pas être cru.
    """
    key = None if cle is None else read_public_key(cle)
    ledger = None if registre is None else read_note_key(registre)
    if is_export(fichier):
        _refuse_options({"--rapport": rapport, "--contenu": contenu, "--registre": registre})
        return _verify_archive(fichier, Cles(key, None if cle_accuse is None else read_public_key(cle_accuse)))
    if cle_accuse is not None:
        raise _misused("--cle-accuse", "une archive exportée")
    jws = read_jws_file(fichier)
    try:
        opened = _open(jws, key)
        inscribed = _check_ledger(opened, ledger)
        compared = [*inscribed, *_compare_report(opened, rapport), *_compare_content(opened, contenu)]
    except TemoinError as error:
        error.ou = error.ou or str(fichier)
        raise
    for line in say_opened(fichier.name, opened, compared):
        typer.echo(line)
    whole = bool(inscribed) or not isinstance(opened.contenu, Recu)
    return ExitCode.OK if opened.verifie and whole else ExitCode.BLOQUE


def _verify_archive(path: Path, cles: Cles) -> int:
    with open_export(path) as contents:
        bilan = check_archive(contents, cles, exporte=True)
    if bilan.fautes:
        raise refuse_archive(bilan, str(path))
    for line in say_archive(path.name, bilan):
        typer.echo(line)
    return ExitCode.OK if bilan.verifie else ExitCode.BLOQUE


def _refuse_options(given: dict[str, Path | None]) -> None:
    for option, value in given.items():
        if value is not None:
            raise _misused(option, "un document signé seul")


def _open(jws: str, key: Key | None) -> Opened[ModeleSigne]:
    if key is None:
        return open_unverified(jws)
    return open_signed(jws, key, modele_of(parse_header(jws).typ))


def _check_ledger(opened: Opened[ModeleSigne], key: NoteKey | None) -> list[str]:
    """What was checked of a receipt's place in the ledger, in French. Raises EnvelopeError when it has none there."""
    if key is None:
        return []
    if not isinstance(opened.contenu, Recu):
        raise _misused("--registre", "un accusé de réception")
    head = check_inscribed(opened.contenu, key)
    return [
        f"le registre : l'entrée de rang {opened.contenu.registre.rang}, refaite d'après l'accusé, est sous la tête de "
        f"{head.taille} entrées que « {head.origine} » a signée"
    ]


def _compare_report(opened: Opened[ModeleSigne], path: Path | None) -> list[str]:
    """What was compared with the report of a receipt, in French. Raises ReportError when it is another one."""
    if path is None:
        return []
    if not isinstance(opened.contenu, Recu):
        raise _misused("--rapport", "un accusé de réception")
    report = open_unverified(read_jws_file(path))
    if not isinstance(report.contenu, Rapport):
        raise _misused("--rapport", "un accusé de réception, avec un rapport")
    bound = (report.empreinte, report.empreinte_jws, report.header.kid)
    fault = find_receipt_fault(opened.contenu, report.contenu, bound)
    if fault is not None:
        raise ReportError(
            f"Cet accusé n'est pas celui du rapport {path.name} : {fault.message}",
            code=fault.code,
            remede="Donner le rapport qui porte le nom de l'accusé, ou demander de nouveau l'accusé au récepteur.",
            acteur=Acteur.GESTIONNAIRE,
        )
    return [f"c'est l'accusé du rapport {path.name} : même contenu, même texte signé, même clé"]


def _compare_content(opened: Opened[ModeleSigne], path: Path | None) -> list[str]:
    """What was compared with the plugin of a certificate, in French. Raises ReportError when it is another one."""
    if path is None:
        return []
    certificat = opened.contenu
    if not isinstance(certificat, Certificat):
        raise _misused("--contenu", "un certificat")
    if Contenu(certificat.contenu, path).empreinte() != certificat.empreinte_contenu:
        raise ReportError(
            f"Le contenu de {path.name} n'est pas celui que ce certificat couvre.",
            code="certificat_autre_contenu",
            remede="Demander à l'éditeur le certificat de cette version, ou remettre le plugin tel qu'il l'a livré.",
            acteur=Acteur.EDITEUR,
        )
    return [f"le contenu de {path.name} est, à l'octet près, celui que le certificat couvre"]


def _misused(option: str, purpose: str) -> ConfigurationError:
    return ConfigurationError(
        f"L'option {option} ne sert que pour {purpose}.", remede=f"Relancer sans {option}.", code="option"
    )
