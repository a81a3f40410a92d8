"""The guest agent: makes, watches and changes the database of one node.

It keeps no global state, so that many agents may live in one process. What a message asks is
checked again here, and everything but the messages is plain threads and files.
"""
