# dbaas-api under gunicorn:
#   gunicorn --config /etc/dbaas/gunicorn.conf.py 'dbaas.cmd.api:application()'
bind = "0.0.0.0:8779"
workers = 4
worker_class = "gthread"
threads = 8

# SIGTERM: answer the requests under way, then end. A guest may take 15 s for its answer.
graceful_timeout = 45
timeout = 60

limit_request_field_size = 65535  # tokens can be large
# Set it where the configuration is not /etc/dbaas/dbaas.conf (several: a;b).
# raw_env = ["OS_DBAAS_CONFIG_FILES=/etc/trove/trove.conf"]
