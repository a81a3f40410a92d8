# shellcheck shell=bash

run_memcached() {
    start memcached memcached -u nobody -l 127.0.0.1 -p "$MEMCACHED_PORT"
    await_port memcached 127.0.0.1 "$MEMCACHED_PORT"
}
