#!/bin/sh
# accounts.sh FILE: writes the broker accounts of the service, its health check and the simulators
# from the environment into FILE, and leaves the devices' accounts in it as they are.
set -eu
umask 077
file=$1

account() {
    case $2 in
        "" | *[!A-Za-z0-9_-]*)
            echo "accounts: the password of $1 must be letters, digits, - and _ (it stands in a URL)" >&2
            exit 2
            ;;
    esac
    printf '%s:%s\n' "$1" "$2"
}

fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
account monitor "$BROKER_PASSWORD" >"$fresh"
account health "$BROKER_PASSWORD" >>"$fresh"
if [ -n "${SIMULATORS_BROKER_PASSWORD:-}" ]; then
    account simulators "$SIMULATORS_BROKER_PASSWORD" >>"$fresh"
fi
mosquitto_passwd -U "$fresh"

touch "$file"
grep -v -e '^monitor:' -e '^health:' -e '^simulators:' "$file" >>"$fresh" || true
cat "$fresh" >"$file"
