"""Attacks by one bad client, and their effect on another patient's alarm.

devices    streams of messages from a broken, greedy or hostile device, as pure code
heads      the same for bytes that strangers send to a port
target     an attacker's knowledge, and when it must stop
mqtt       attackers of the broker's port: raw sockets
rare       the same, with parts of MQTT that devices seldom use
http       attackers of the page's port: raw sockets
table      every attack by its name
process    an attacker in a process of its own
bystander  other patients, their crises, and the page that must show these
scene      the product under attack: its size, whether it is ready
ward       one running product for many attacks
trial      one attack from its beginning to 5 s after its end, and the promises that must hold

`python -m tests.attacks NAME…` runs some by hand, `--seconds` long.
"""
