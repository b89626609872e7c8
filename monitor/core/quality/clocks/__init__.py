"""When a reading was measured, by our clock: how far each device's clock can be trusted."""
