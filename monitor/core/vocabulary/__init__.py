"""The words of the core: vital signs, inputs, events, refusals, status. Decides nothing."""
