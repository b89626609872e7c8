"""Technical alarms, one file each: silence, devices, sensors, the service itself."""
