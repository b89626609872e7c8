"""The adapter to the MQTT broker.

port       the client interface that the service needs
client     stays connected for ever: tokens, acknowledgements, publishing
link       one connection
wire       its socket: whole packets in, one write per turn out
outbox     the queue of messages to publish while there is no connection
url        the broker's address
anonymous  checks whether the broker accepts clients without credentials
contest    detects that another client uses our client id
broom      clears retained messages on topics where they do not belong
"""

from monitor.adapters.mqtt.anonymous import BrokerUnreachable, Strangers, accepts_anonymous, admits
from monitor.adapters.mqtt.client import AiomqttPort
from monitor.adapters.mqtt.link import Will
from monitor.adapters.mqtt.port import AckToken, Arrival, Canary, MqttPort
from monitor.adapters.mqtt.url import BadBrokerUrl, BrokerUrl, parse_url

__all__ = [
    "AckToken",
    "AiomqttPort",
    "Arrival",
    "BadBrokerUrl",
    "BrokerUnreachable",
    "BrokerUrl",
    "Canary",
    "MqttPort",
    "Strangers",
    "Will",
    "accepts_anonymous",
    "admits",
    "parse_url",
]
