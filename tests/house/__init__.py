"""Tests of the repository: the tests' own parts, its rules, and the files it is built from."""
