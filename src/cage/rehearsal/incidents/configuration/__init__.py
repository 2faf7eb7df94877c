"""Resources that the task definition references but the account lacks."""
