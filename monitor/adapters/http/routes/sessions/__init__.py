"""The routes of a dosing session: open it, act in it, correct it, close it; its alarms."""
