"""Whether a reading was had before, of when it is, and whether it is believed."""
