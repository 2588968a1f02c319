"""Fills a new Keystone, as its administrator: populate.py AUTH_URL GLANCE_PORT REGION...

Projects and their users, the catalog with one Glance for each region on ports in a row, and what `logins.json` lists:
users that log in with more than a password, and the federation. The contract tests give the sandbox the same.
"""
import json
import pathlib
import sys

import requests

AUTH, GLANCE_PORT, *REGIONS = sys.argv[1:]
WANTED = json.loads((pathlib.Path(__file__).parent / "logins.json").read_text())
SESSION = requests.Session()


def ask(method, path, body=None):
    answer = SESSION.request(method, AUTH + path, json=body)
    if answer.status_code not in (200, 201, 204):
        sys.exit(f"{method} {path}: {answer.status_code} {answer.text}")
    return answer


def named(kind, name):
    """The id of what has this name, in the Default domain."""
    return ask("GET", f"/{kind}?name={name}").json()[kind][0]["id"]


DEFAULT = {"id": "default"}
LOGIN = {"user": {"name": "admin", "domain": DEFAULT, "password": "secret"}}
TOKEN = ask("POST", "/auth/tokens", {"auth": {
    "identity": {"methods": ["password"], "password": LOGIN},
    "scope": {"project": {"name": "admin", "domain": DEFAULT}}}})
SESSION.headers["X-Auth-Token"] = TOKEN.headers["X-Subject-Token"]
MEMBER, ADMIN = named("roles", "member"), named("roles", "admin")

for project, user, password, role in [
        ("service", "glance", "secret", ADMIN), ("demo", "demo", "demo", MEMBER), ("guest", "guest", "guest", MEMBER)]:
    room = ask("POST", "/projects", {"project": {"name": project, "domain_id": "default"}}).json()["project"]["id"]
    made = ask("POST", "/users", {"user": {"name": user, "domain_id": "default", "password": password}})
    ask("PUT", f"/projects/{room}/users/{made.json()['user']['id']}/roles/{role}")

IDENTITY = ask("GET", "/services?type=identity").json()["services"][0]["id"]
IMAGE = ask("POST", "/services", {"service": {"name": "glance", "type": "image"}}).json()["service"]["id"]
for number, region in enumerate(REGIONS):
    # The first region, and Keystone in it, are there from its bootstrap.
    addresses = [(IMAGE, f"http://127.0.0.1:{int(GLANCE_PORT) + number}")]
    if number > 0:
        ask("POST", "/regions", {"region": {"id": region}})
        addresses.append((IDENTITY, AUTH))
    for service, url in addresses:
        for interface in ("public", "internal", "admin"):
            ask("POST", "/endpoints", {"endpoint": {
                "service_id": service, "interface": interface, "region_id": region, "url": url}})

for user in WANTED["users"]:
    rules = {"multi_factor_auth_enabled": bool(user["rules"]), "multi_factor_auth_rules": user["rules"]}
    made = ask("POST", "/users", {"user": {
        "name": user["name"], "domain_id": "default", "password": user["password"], "options": rules}})
    key, project = made.json()["user"]["id"], named("projects", user["project"])
    ask("PUT", f"/projects/{project}/users/{key}/roles/{MEMBER}")
    ask("POST", "/credentials", {"credential": {
        "type": "totp", "user_id": key, "project_id": project, "blob": user["totp"]}})

ask("PUT", f"/domains/default/users/{named('users', 'admin')}/roles/{ADMIN}")

FEDERATION = WANTED["federation"]
GROUP, PROVIDER, PROTOCOL = FEDERATION["group"], FEDERATION["provider"], FEDERATION["protocol"]
ask("POST", "/groups", {"group": {"name": GROUP, "domain_id": "default"}})
ask("PUT", f"/projects/{named('projects', FEDERATION['project'])}/groups/{named('groups', GROUP)}/roles/{MEMBER}")
BASE = f"/OS-FEDERATION/identity_providers/{PROVIDER}"
ask("PUT", BASE, {"identity_provider": {"enabled": True, "remote_ids": [FEDERATION["issuer"]]}})
ask("PUT", f"/OS-FEDERATION/mappings/{PROVIDER}", {"mapping": {"rules": [{
    "local": [{"user": {"name": "{0}"}}, {"group": {"name": GROUP, "domain": {"name": "Default"}}}],
    "remote": [{"type": "HTTP_OIDC_SUB"}]}]}})
ask("PUT", f"{BASE}/protocols/{PROTOCOL}", {"protocol": {"mapping_id": PROVIDER}})
