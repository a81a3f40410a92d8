"""Exit 0 if the URL answers."""

import sys
import urllib.error
import urllib.request

try:
    urllib.request.urlopen(sys.argv[1], timeout=2).read()
except (urllib.error.URLError, OSError):
    sys.exit(1)
