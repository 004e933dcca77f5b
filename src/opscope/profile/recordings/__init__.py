"""What was executed, when, on which thread: TensorFlow's profiler's files (XPlane) read into plain records, without TensorFlow."""
