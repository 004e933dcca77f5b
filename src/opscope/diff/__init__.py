"""Two graphs -> what is the same in them and what is not."""
