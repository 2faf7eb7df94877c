"""How the containers of the new revision start."""
