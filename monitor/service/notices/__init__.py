"""Notices: from a decision to rows of the ledger, delivery, links and the result."""
