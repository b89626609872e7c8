"""How a database came to its schema, one step after another. Released steps never change."""
