"""What an alarm is: its signal, its condition and steps, its episodes, its sentences."""
