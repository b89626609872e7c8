"""Take readings: detect duplicates, place them in time, judge them, apply them; or rejudge them."""
