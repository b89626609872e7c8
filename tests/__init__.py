"""Tests, laid out as the modules; `parts` contains the real servers and programs that they use."""
