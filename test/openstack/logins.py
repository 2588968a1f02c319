"""Makes the users that log in with more than a password, and the federation: logins.py AUTH_URL, as admin of devcloud.

What is there already stays. `logins.json` says what there is; the contract tests give the sandbox the same.
"""
import json
import pathlib
import sys

import requests

AUTH = sys.argv[1]
WANTED = json.loads((pathlib.Path(__file__).parent / "logins.json").read_text())
SESSION = requests.Session()


def ask(method, path, body=None):
    answer = SESSION.request(method, AUTH + path, json=body)
    if answer.status_code not in (200, 201, 204, 409):
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

for user in WANTED["users"]:
    rules = {"multi_factor_auth_enabled": bool(user["rules"]), "multi_factor_auth_rules": user["rules"]}
    made = ask("POST", "/users", {"user": {
        "name": user["name"], "domain_id": "default", "password": user["password"], "options": rules}})
    if made.status_code == 409:
        continue
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
