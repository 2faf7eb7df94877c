"""Roll out services on Amazon ECS, canary first."""
