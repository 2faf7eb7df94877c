"""Incidents in rehearsals: one small file per incident, or a table of similar ones."""
