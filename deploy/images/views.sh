#!/bin/bash
# Gives an instance of the views a directory of its own below a volume that several may share, and the same one again after
# it was stopped: the first that nobody has. VIEWS_STATE_DIR says otherwise.
set -eu
if [ -z "${VIEWS_STATE_DIR:-}" ]; then
  number=0
  while true; do
    exec 9>"/var/lib/views/$number.lock"
    if flock --nonblock 9; then break; fi
    number=$((number + 1))
  done
  export VIEWS_STATE_DIR=/var/lib/views/$number
fi
# The lock is held for as long as the program runs, which has this process's place and its open files.
exec "$@"
