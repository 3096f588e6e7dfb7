"""One archive on site, checked with every key that this installation has."""

from temoin_agent.archive.finding import Run
from temoin_agent.configuration import Configuration
from temoin_agent.installation import read_public_key
from temoin_agent.outbox.names import ReportName
from temoin_sdk.archive import Bilan, Cles, Faute, FolderContents, check_archive
from temoin_sdk.archive.layout import RAPPORT
from temoin_sdk.envelope import PublicKey, read_jws_file, read_secret
from temoin_sdk.errors import TemoinError
from temoin_sdk.report.models import Rapport
from temoin_sdk.report.opening import open_unverified


def check_run(configuration: Configuration, run: Run, *, sealed: bool) -> Bilan:
    """Everything about an archive; `sealed` opens what is encrypted too. Raises StorageError, KeyFileError."""
    site = read_secret(configuration.cles.site) if sealed else None
    cles = Cles(read_public_key(configuration), _receiver_key(configuration, run), site)
    bilan = check_archive(FolderContents(run.folder), cles, exporte=False)
    if bilan.rapport is not None:
        own = ReportName.of(bilan.rapport.contenu, bilan.rapport.empreinte)
        if own != run.name:
            bilan.fautes.append(Faute(RAPPORT, f"ce dossier porte un autre nom que {own.stem}", "archive_nom"))
    return bilan


def _receiver_key(configuration: Configuration, run: Run) -> PublicKey | None:
    """The pinned key of the receiver that the report names; None when the configuration has moved on."""
    try:
        rapport = open_unverified(read_jws_file(run.folder / RAPPORT)).contenu
    except TemoinError:
        return None
    recepteur = configuration.receiver_at(rapport.destinataire) if isinstance(rapport, Rapport) else None
    return None if recepteur is None else recepteur.cle
