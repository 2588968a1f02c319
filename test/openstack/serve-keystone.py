"""Serves Keystone on a port of loopback: serve-keystone.py PORT.

Where a federation protocol "openid" logs in, this does what Apache's mod_auth_openidc does in front of a Keystone: it
checks the bearer token and hands the claims on as variables. Tokens here are "NAME@ISSUER", each valid for whoever says it.
"""
import re
import sys

from keystone.server.wsgi import initialize_public_application
from waitress import serve

LOGIN = re.compile(r"^/v3/OS-FEDERATION/identity_providers/[^/]+/protocols/openid/auth$")
BEARER = re.compile(r"^Bearer ([\w.-]+)@([\w.:/-]+)$")


def with_openid(application):
    def answer(environ, start_response):
        if not LOGIN.match(environ.get("PATH_INFO", "")):
            return application(environ, start_response)
        token = BEARER.match(environ.get("HTTP_AUTHORIZATION", ""))
        if token is None:
            start_response("401 Unauthorized", [("WWW-Authenticate", "Bearer"), ("Content-Type", "text/html")])
            return [b"<html><head><title>401 Unauthorized</title></head></html>"]
        claims = {"REMOTE_USER": token[1], "HTTP_OIDC_SUB": token[1], "HTTP_OIDC_ISS": token[2]}
        return application({**environ, **claims}, start_response)

    return answer


# Keystone reads the command line too.
PORT = sys.argv.pop()
serve(with_openid(initialize_public_application()), listen="127.0.0.1:" + PORT, threads=1)
