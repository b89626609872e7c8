"""What one bad client does, and what becomes of another patient's alarm meanwhile.

devices    what a device sends that is broken, greedy or hostile: pure streams of messages
heads      the same for bytes that strangers send to a port
target     what an attacker knows, and when it is to stop
mqtt       hands at the broker's door: raw sockets
http       hands at the page's door: raw sockets
table      every attack by its name
process    an attacker in a process of its own
bystander  other patients, their crises, and the page on which these must be
scene      the product under attack: its size, whether it is ready
ward       one running product for many attacks
trial      one attack from its beginning to 5 s after its end, and what must hold

`python -m tests.attacks NAME…` tries some by hand, `--seconds` long.
"""
