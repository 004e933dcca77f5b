"""Reads TensorBoard's logs: event files, and folders of them.

`log_records` finds the records that may hold a graph, `logged_graphs` the graphs in them, `log` does so for all files of a folder and `picking`
chooses one. `picked_graph` reads it, and `step_stats` puts measured times on it, by `step_runs`, `run_rows` and `run_shares`.
"""
