"""Confirmations to devices, which may then forget all readings up to a number."""
