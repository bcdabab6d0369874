"""The WSGI application, for gunicorn and its like: `gunicorn wsgi:app`."""

from repairflow.app.web import create

app = create()
