"""The door to the MQTT broker.

port       what the service needs of a client, in its own words
client     stays connected for ever: tokens, acknowledgements, publishing
link       one connection
wire       its socket: whole packets in, one write a turn out
outbox     what waits while there is no connection
url        where the broker is
anonymous  does it let everybody in, or somebody?
contest    does somebody else use our client id?
broom      what is retained where nothing belongs
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
