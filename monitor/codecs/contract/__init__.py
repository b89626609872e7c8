"""What we write: status, messages, notices and lines, as the contract has them."""
