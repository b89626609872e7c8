"""Schema migrations, one step after another. Released steps never change."""
