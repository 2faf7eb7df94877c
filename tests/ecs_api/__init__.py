"""The table of ECS's operations and members, compared with botocore, the simulator and cage."""
