"""Receipt and ledger together: the entry that a receipt stands for, and whether the ledger holds it."""

from collections.abc import Iterable

from temoin_sdk.envelope import empreinte
from temoin_sdk.errors import Acteur, EnvelopeError
from temoin_sdk.ledger.checkpoints import Checkpoint
from temoin_sdk.ledger.entries import Reception
from temoin_sdk.ledger.notes import NoteKey, SignedNote
from temoin_sdk.ledger.proofs import InclusionText, check_inclusion_text
from temoin_sdk.report.octets import to_octets
from temoin_sdk.report.receipt import Inscription, Jugement, Recu


def digest_judgement(jugement: Jugement) -> str:
    """What the entry says of verdicts and anomalies: their digest, so that establishments are not listed in it."""
    return empreinte(to_octets(Jugement(verdicts=jugement.verdicts, anomalies=jugement.anomalies)))


def entry_of(recu: Recu) -> Reception:
    """The ledger's entry of this reception, from the receipt alone."""
    return Reception(
        reception=recu.reception,
        ej=recu.ej,
        installation=recu.installation,
        empreinte_rapport=recu.empreinte_rapport,
        empreinte_jws=recu.empreinte_jws,
        kid=recu.kid,
        recu_le=recu.recu_le,
        politique=recu.politique,
        jugement=digest_judgement(recu),
    )


def check_inscribed(recu: Recu, key: NoteKey) -> Checkpoint:
    """Believe that the ledger of this key holds the entry of `recu`; the head that covers it.

    Raises EnvelopeError `registre_…`: the key is another ledger's, did not sign, or the proof leads elsewhere.
    """
    if key.nom != recu.destinataire:
        raise EnvelopeError(
            f"Cette clé de registre est celle de « {key.nom} » et non de « {recu.destinataire} ».",
            code="registre_origine",
            remede="Demander à l'ARS la clé du registre de ce récepteur.",
            acteur=Acteur.ARS,
        )
    return check_inclusion_text(recu.registre.preuve, to_octets(entry_of(recu)), key)[1]


def receipt_of(entree: Reception, jugement: Jugement, origine: str, inscription: Inscription) -> Recu:
    """The receipt of a reception that the ledger of `origine` holds there."""
    return Recu(
        format=1,
        destinataire=origine,
        empreinte_rapport=entree.empreinte_rapport,
        empreinte_jws=entree.empreinte_jws,
        kid=entree.kid,
        ej=entree.ej,
        installation=entree.installation,
        recu_le=entree.recu_le,
        reception=entree.reception,
        politique=entree.politique,
        registre=inscription,
        verdicts=jugement.verdicts,
        anomalies=jugement.anomalies,
    )


def inscribe(rang: int, chemin: Iterable[bytes], tete: Checkpoint, note: SignedNote) -> Inscription:
    """What a receipt says of its entry: `chemin` leads from it to the head, which `note` signs."""
    proof = InclusionText(rang, tuple(chemin), note.spell())
    return Inscription(rang=rang, taille=tete.taille, racine=tete.racine.hex(), preuve=proof.spell())
