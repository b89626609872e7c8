"""Our own MQTT broker: Mosquitto or amqtt, its accounts, and the turnstile before it."""
