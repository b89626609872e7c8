"""Set-up from the command line: users, devices, backups, the first administrator."""
