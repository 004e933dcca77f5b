"""The tab of opscope in TensorBoard, which finds it by the entry point ``tensorboard_plugins``.

`plugin` answers TensorBoard and the tab (``tab.js``). `log_roots` says where logs are, `background_look` looks what is in them from time to
time, `saved_graphs` finds what opscope wrote there, `log_entries` names it all. `page_making` makes the page of what was chosen, `page_shelf` has that done in the background and keeps the last pages.

Nothing is written. What a request asks for is a key of the list that was made here; no path comes from a request.
"""
