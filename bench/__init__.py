"""Measurements beside their physical limits: every ratio is formed inside one run, on one machine, in turns."""
