"""cage's own use of the simulated ECS: stages, scripts, incidents, draws and invariants."""
