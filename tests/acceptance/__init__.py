"""The whole app, over real TCP, against the simulated GitHub."""
