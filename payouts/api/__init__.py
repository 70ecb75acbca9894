"""The door for programs: /v1 in JSON. Parses, authorises, calls one verb, answers."""
