"""How many of a service's targets were healthy throughout, and the floor they may not break."""
