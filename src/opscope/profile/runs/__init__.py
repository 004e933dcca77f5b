"""One model measured in several fresh processes: run, merged, and compared by the spread between runs."""
