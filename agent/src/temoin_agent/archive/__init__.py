"""The evidence that stays on site: completed at the signature, found again, exported, purged, opened in a visit."""
