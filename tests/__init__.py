"""Tests in the order of the modules; `parts` contains the real servers and programs that they use.
"""
