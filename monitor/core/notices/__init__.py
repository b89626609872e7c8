"""Notices of alarms: to whom and when; and the audio pause."""
