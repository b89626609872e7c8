"""Alarms: their signals, conditions and steps, episodes, sentences, and burden."""
