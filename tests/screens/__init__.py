"""Pictures of the page in every state that a therapist meets: `make screenshots`."""
