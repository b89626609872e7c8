"""The numbered steps; each names its predecessor in `down_revision`."""
