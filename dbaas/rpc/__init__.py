"""Messages between the services, over oslo.messaging.

`taskmanager` is what the task manager is told, `guest` what a guest agent is asked. A message
holds JSON values only, and an error travels as a value: no class named in a message is ever
imported.
"""
