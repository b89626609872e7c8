"""The simulators, held to the contract and to what the scenarios promise."""
