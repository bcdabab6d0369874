"""The WSGI application, for gunicorn: `gunicorn wsgi:app`."""

from repairflow import settings
from repairflow.app import Program, make_app

app = make_app(Program.at(settings.load()))
