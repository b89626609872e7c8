"""Output by the contract: status, messages, notices and lines."""
