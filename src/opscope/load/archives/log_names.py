"""How the event files of TensorBoard's logs are called, in folders as in archives."""

from __future__ import annotations

LOG_MARK = "tfevents"
"""What is in the name of every event file, by which TensorBoard finds them too."""
