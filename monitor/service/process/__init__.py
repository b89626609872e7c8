"""The process: its parts wired and run, its logs, its watchdog, its commands."""
