"""The sentences for reasons: for each language a table from a reason's code to its words."""
