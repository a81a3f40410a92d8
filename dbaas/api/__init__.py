"""The REST API: validates, persists, and answers from our own database.

`routes` is the table of all there is; the handlers, views, schemas, policies and queries of one
noun are in the module of that name in each folder.
"""
