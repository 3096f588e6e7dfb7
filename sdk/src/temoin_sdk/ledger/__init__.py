"""The ledger's public side: proofs in an RFC 6962 tree, checkpoints and proofs as C2SP texts that public tools read.

What is here only computes and verifies; the receiver keeps the tree, the agent and `temoin-sdk verify` read its proofs.
What an entry says stands in `entries`, imported by name: it is made of the models of reports, which use proofs.
"""

from temoin_sdk.ledger.checkpoints import Checkpoint, parse_checkpoint, read_checkpoint, sign_checkpoint
from temoin_sdk.ledger.notes import NoteKey, SignedNote
from temoin_sdk.ledger.proofs import InclusionText, check_inclusion_text
from temoin_sdk.ledger.tree import (
    EMPTY_ROOT,
    HASH_SIZE,
    consistency_path,
    hash_leaf,
    hash_nodes,
    inclusion_path,
    root_of,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "Checkpoint",
    "InclusionText",
    "NoteKey",
    "SignedNote",
    "check_inclusion_text",
    "consistency_path",
    "hash_leaf",
    "hash_nodes",
    "inclusion_path",
    "parse_checkpoint",
    "read_checkpoint",
    "root_of",
    "sign_checkpoint",
    "verify_consistency",
    "verify_inclusion",
]
