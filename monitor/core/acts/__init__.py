"""What a person does, one file an act. A refused act changes nothing."""
