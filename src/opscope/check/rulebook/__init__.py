"""The rules, one module each: what declares a `CheckRule` called ``RULE`` here is one, without being named anywhere else.

A rule reads the graph through `Inspected` alone and yields a `Hit` for each place. It is precise before it is complete: what cannot be
told apart from what is right is not reported.
"""
