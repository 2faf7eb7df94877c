"""What cage knows of AWS's things, as frozen dataclasses.

Names follow AWS's own. Shapes that cage only passes on (a network configuration, say)
stay as the mapping that AWS gave; cage never writes into one.
"""
