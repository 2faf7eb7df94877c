"""Rules of Amazon ECS and Elastic Load Balancing: pure functions over request parameters.

Each rule is a small function in a file of its subject, with its source and, if known, ECS's own
text. `cage check` applies the rules before sending a request, the simulator when it gets one.
"""
