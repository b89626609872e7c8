"""The process: its start, its logs, its watchdog, its commands, and the demo."""
