"""Does one piece of work for each of many things: here, one after the other, or in processes on one machine or many, by Dask."""
