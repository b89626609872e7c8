"""What the command line does to an installation: users, devices, copies, the first user."""
