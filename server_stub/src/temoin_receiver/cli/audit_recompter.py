"""`temoin-receiver audit recompter`: does what an organisme hands over give the figures that were received?"""

from pathlib import Path
from typing import Annotated

import typer

from temoin_receiver.audits import Audit, audit_export, keep
from temoin_receiver.cli.options import Dossier
from temoin_receiver.clock import now
from temoin_receiver.installation import open_receiver
from temoin_sdk.archive import VerdictComptes
from temoin_sdk.archive.words import PROUVE, VERDICTS, say_bilan, say_equal
from temoin_sdk.errors import ExitCode
from temoin_sdk.report import spell_instant


def recompter(
    dossier: Dossier,
    fichier: Annotated[Path, typer.Argument(help="Archive exportée par le gestionnaire (.temoin.zip).")],
) -> int:
    """Recalcule racines et comptes d'une archive exportée, et garde le verdict à côté des chiffres.

    Finit par 0 si les comptes sont conformes, 9 s'ils diffèrent ou si le fichier a été modifié, 5 s'il n'y avait rien à
    recompter.
    """
    with open_receiver(dossier) as receiver:
        with receiver.store.reading() as connection:
            audit = audit_export(connection, fichier, receiver.cle)
        numero = receiver.store.writer.write(lambda connection: keep(connection, audit, spell_instant(now())))
    verdict = audit.recompte.verdict
    typer.echo(f"Recomptage n° {numero}, réception n° {audit.reception}")
    typer.echo(f"Verdict : {verdict} ({VERDICTS[verdict]})")
    _tell_sites(audit)
    if audit.ecarts:
        typer.echo("Ce fichier n'est pas tel qu'il a été exporté :")
        for ecart in audit.ecarts:
            typer.echo(f"  - {ecart}")
    elif verdict is VerdictComptes.CONFORMES:
        typer.echo("Vérifié :")
        for line in say_bilan(audit.bilan):
            typer.echo(f"  - {line}")
    typer.echo("Ce que cela prouve, et ce que cela ne prouve pas :")
    for sentence in PROUVE:
        typer.echo(f"  - {sentence}")
    return _code(audit)


def _tell_sites(audit: Audit) -> None:
    for site in audit.recompte.sites:
        typer.echo(f"  {site.finess} : {VERDICTS[site.verdict]} ({say_equal(site)})")
        for difference in site.differences:
            typer.echo(f"    - {difference.phrase()}")


def _code(audit: Audit) -> int:
    if audit.ecarts or audit.recompte.verdict is VerdictComptes.DIFFERENTS:
        return ExitCode.PREUVE
    return ExitCode.OK if audit.recompte.verdict is VerdictComptes.CONFORMES else ExitCode.BLOQUE
