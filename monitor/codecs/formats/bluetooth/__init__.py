"""Bluetooth characteristics as a bridge passes them on."""
