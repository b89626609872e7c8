"""What blinds the watcher, one file an alarm: silence, devices, sensors, the service itself."""
