"""The WSGI application, for gunicorn and its like: `gunicorn wsgi:app`."""

from repairflow.app import create

app = create()
