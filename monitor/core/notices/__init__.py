"""Who is told of an alarm and when, and the audio pause."""
