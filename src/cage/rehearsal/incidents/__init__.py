"""What goes wrong in rehearsals: one small file an incident, or a table of alike ones."""
