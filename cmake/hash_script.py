"""Writes a script's hash as a Content-Security-Policy names it: hash_script.py script.js out"""

import base64
import hashlib
import sys

script, out = sys.argv[1:]
with open(script, "rb") as file:
    digest = base64.b64encode(hashlib.sha256(file.read()).digest()).decode()
with open(out, "w") as file:
    file.write(f"sha256-{digest}")
