"""A receipt is believed only if the pinned key signed it for this very report."""

from temoin_agent.configuration.models import Recepteur
from temoin_agent.outbox.store import SignedReport
from temoin_sdk.envelope import Typ, verify
from temoin_sdk.errors import Acteur, EnvelopeError, ReportError
from temoin_sdk.report.octets import from_octets
from temoin_sdk.report.receipt import Recu


def verify_receipt(jws: str, report: SignedReport, recepteur: Recepteur) -> Recu:
    """The receipt of `report`. Raises EnvelopeError: the envelope's, `recu_autre_rapport`, `recu_autre_recepteur`."""
    try:
        recu = from_octets(Recu, verify(jws, recepteur.cle, Typ.RECU).payload)
    except (EnvelopeError, ReportError) as error:
        raise _unbelievable(recepteur, error.message, error.code) from error
    if recu.destinataire != recepteur.origine:
        raise _unbelievable(
            recepteur,
            f"il parle au nom de « {recu.destinataire} » et non de « {recepteur.origine} ».",
            "recu_autre_recepteur",
        )
    bound = (recu.empreinte_rapport, recu.empreinte_jws, recu.kid)
    if bound != (report.empreinte, report.empreinte_jws, report.kid):
        raise _unbelievable(recepteur, "il accuse réception d'un autre rapport.", "recu_autre_rapport")
    return recu


def _unbelievable(recepteur: Recepteur, why: str, code: str) -> EnvelopeError:
    return EnvelopeError(
        f"L'accusé de réception du récepteur « {recepteur.code} » ne peut pas être cru : {why}",
        remede="Le rapport reste à envoyer. Comparez au téléphone avec l'ARS l'empreinte de la clé de son récepteur "
        f"(cle = … de [[recepteurs]] « {recepteur.code} ») ; si elle est juste, transmettez-lui ce message.",
        code=code,
        acteur=Acteur.ARS,
    )
