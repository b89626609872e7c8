"""Dosing Monitor: watches vital signs during a dosing session and gives a reason for each alarm."""

__version__ = "0.1.0"
