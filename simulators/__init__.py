"""A stand-in for people, straps, cuffs and bad networks. Imports nothing from `monitor`.

Everything but `simulators.publish` is pure: the time comes in as an argument, what is to be sent
and when to be asked again goes out as data, and chance comes from seeded generators.
"""
