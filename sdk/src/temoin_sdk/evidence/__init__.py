"""Evidence: counts that follow from leaves, leaves that follow from facts, and roots that fix both beforehand."""

from temoin_sdk.evidence.files import (
    EvidencePerson,
    EvidenceRoots,
    open_correspondance,
    open_details,
    read_correspondance,
    read_details,
    read_jours,
    read_squelette,
    remove_evidence,
    write_evidence,
    write_jours,
)
from temoin_sdk.evidence.leaves import (
    Detail,
    DrapeauFeuille,
    FeuilleJour,
    decode_detail,
    encode_detail,
    encode_feuille_jour,
    leaf,
    pack_details,
)
from temoin_sdk.evidence.merkle import root
from temoin_sdk.evidence.pseudonyms import Pseudonymizer, engagement_cle
from temoin_sdk.evidence.recount import Recount, recount, sum_jours

__all__ = [
    "Detail",
    "DrapeauFeuille",
    "EvidencePerson",
    "EvidenceRoots",
    "FeuilleJour",
    "Pseudonymizer",
    "Recount",
    "decode_detail",
    "encode_detail",
    "encode_feuille_jour",
    "engagement_cle",
    "leaf",
    "open_correspondance",
    "open_details",
    "pack_details",
    "read_correspondance",
    "read_details",
    "read_jours",
    "read_squelette",
    "recount",
    "remove_evidence",
    "root",
    "sum_jours",
    "write_evidence",
    "write_jours",
]
