"""The image that guests boot: a whole Debian or Ubuntu with Docker, the agent and databases.

`build.build` makes it from the distribution's packages. What lies in `root/` is laid over their
files, `furnish` then runs on the new root, and `requirements.txt` pins what the agent imports.
"""
