"""What Amazon ECS and Elastic Load Balancing accept: pure functions over request parameters.

Each rule is a small function in a file of its subject, with its source and ECS's own text
where that is known. `cage check` asks them before anything is sent, the simulator when it is.
"""
