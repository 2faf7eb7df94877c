"""An ECS of its own: a world in virtual time, honest about ECS's and ELB's habits.

`world` is the control plane, pure and seeded. `api` gives it AWS's wire protocols, so
that production code runs on it unchanged, through botocore. `loop` makes waiting free.
Needs the extra `canarycage[local]`.
"""
