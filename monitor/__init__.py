"""Dosing Monitor: watches vital signs through a dosing session and says why it alarms."""

__version__ = "0.1.0"
