#!/bin/bash
# Whether the program in this container is alive: healthy.sh PORT. Over TLS it only looks whether the port is open.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
case "$BRIDGE_HTTP_TLS_KEYSTORE_LOCATION$VIEWS_HTTP_TLS_KEYSTORE_LOCATION" in
  ?*) exit 0 ;;
esac
printf 'GET /health/live HTTP/1.0\r\n\r\n' >&3
read -r _ status _ <&3
[ "$status" = 200 ]
