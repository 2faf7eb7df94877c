"""The parts of AWS that cage knows, as frozen dataclasses.

Names follow AWS's own. Shapes that cage only passes on (such as a network configuration)
stay as the mapping that AWS returned. cage never writes to one.
"""
