"""The formats that devices send, one file or folder each, and the result common to all."""
