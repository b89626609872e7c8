"""One dosing session: opened, acted in, corrected, closed; its alarms."""
