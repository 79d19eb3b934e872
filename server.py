"""The WSGI entry point, for any server that wants one."""

from napgraph.startup import create_app_from_environment

app = create_app_from_environment()
