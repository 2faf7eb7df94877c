"""How many of a service's targets were healthy throughout, and the floor they must not break."""
