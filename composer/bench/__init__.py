"""The benchmark behind `ricercar bench`: what was measured here beside what was aimed at.

- `benchmark`: each row of the table, and whether its aim is met
- `environment`: the window under the clock, versions, memory
- `network_speed`: notes a second at lengths of context, bare weights, whole sequences
"""
