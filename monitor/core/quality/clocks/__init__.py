"""When a reading was measured, by our clock: what each device's clock is worth."""
