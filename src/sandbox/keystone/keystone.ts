import { type Answer, keystoneAnswer, Refusal } from '../http/answers.ts';
import { authenticate, type Receipts, unauthorized, authenticateFederated } from './authenticate.ts';
import { type Exchange, isRecord, readText } from '../http/exchange.ts';
import type { Grant } from './identity.ts';
import { domain, type Project, type User } from './people.ts';
import { route, type Route } from '../http/router.ts';
import type { Service } from '../http/server.ts';
import { catalog, receiptDocument, rolesOf, tokenDocument, type KeystoneDeps } from './token-document.ts';
import { createTrust, deleteTrust } from './trusts.ts';

/** State of Keystone's handlers. */
interface Keystone extends KeystoneDeps {
  readonly receipts: Receipts;
}

type Handler = (keystone: Keystone, exchange: Exchange, parameters: readonly string[]) => Answer | Promise<Answer>;

const routes: readonly Route<Handler>[] = [
  { path: '/', methods: { GET: versions } },
  { path: '/v3', methods: { GET: version } },
  { path: '/v3/', methods: { GET: version } },
  { path: '/v3/auth/tokens', methods: { POST: logIn, GET: showToken, DELETE: revokeToken } },
  { path: '/v3/auth/catalog', methods: { GET: showCatalog } },
  { path: '/v3/auth/projects', methods: { GET: listOwnProjects } },
  { path: '/v3/projects', methods: { GET: listProjects } },
  { path: '/v3/regions', methods: { GET: listRegions } },
  {
    path: '/v3/users/:user/application_credentials',
    methods: { GET: listCredentials, POST: createCredential },
  },
  { path: '/v3/users/:user/application_credentials/:id', methods: { DELETE: deleteCredential } },
  {
    path: '/v3/OS-FEDERATION/identity_providers/:provider/protocols/:protocol/auth',
    methods: { GET: logInFederated, POST: logInFederated },
  },
  { path: '/v3/OS-TRUST/trusts', methods: { POST: addTrust } },
  { path: '/v3/OS-TRUST/trusts/:id', methods: { DELETE: removeTrust } },
];

/** The part of Keystone v3 that an image client uses (https://docs.openstack.org/api-ref/identity/v3/). */
export function keystoneService(keystone: Keystone): Service {
  const own = (exchange: Exchange) => ({ 'x-openstack-request-id': exchange.requestId, vary: 'X-Auth-Token' });
  return {
    kind: 'identity',
    region: undefined,
    closes: false,
    async handle(exchange) {
      const { handler, parameters } = route(routes, exchange.method, exchange.path);
      const answer = await handler(keystone, exchange, parameters);
      return { ...answer, headers: { ...own(exchange), ...answer.headers } };
    },
    refuse(refusal, exchange) {
      const answer =
        refusal.status === 404 && refusal.message.startsWith('The resource') ? notFound : keystoneAnswer(refusal);
      const challenge = refusal.status === 401 ? { 'www-authenticate': `Keystone uri="${keystone.authUrl}"` } : {};
      return { ...answer, headers: { ...own(exchange), ...challenge, ...answer.headers } };
    },
  };
}

/** Flask's page, which Keystone answers to an unknown path. */
const notFound: Answer = {
  status: 404,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  text: '<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n',
};

function versionDocument(exchange: Exchange): object {
  return {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${exchange.origin}/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
}

function versions(_: Keystone, exchange: Exchange): Answer {
  const json = { versions: { values: [versionDocument(exchange)] } };
  return { status: 300, headers: { location: `${exchange.origin}/v3/` }, json };
}

function version(_: Keystone, exchange: Exchange): Answer {
  return { status: 200, json: { version: versionDocument(exchange) } };
}

async function logIn(keystone: Keystone, exchange: Exchange): Promise<Answer> {
  const { identity, receipts } = keystone;
  const body = await readBody(exchange);
  const outcome = authenticate(identity, body, receipts, exchange.headers['openstack-auth-receipt']);
  if (outcome.kind === 'issued') return issued(keystone, exchange, outcome.token, outcome.grant);
  const headers = { 'openstack-auth-receipt': outcome.receipt.id };
  return { status: 401, headers, json: receiptDocument(outcome.receipt) };
}

function logInFederated(keystone: Keystone, exchange: Exchange, parameters: readonly string[]): Answer {
  const outcome = authenticateFederated(keystone.identity, parameters, exchange.headers.authorization);
  return 'status' in outcome ? outcome : issued(keystone, exchange, ...outcome);
}

function issued(keystone: Keystone, exchange: Exchange, token: string, grant: Grant): Answer {
  const json = tokenDocument(keystone, grant, !exchange.query.has('nocatalog'));
  return { status: 201, headers: { 'x-subject-token': token }, json };
}

async function readBody(exchange: Exchange): Promise<Record<string, unknown>> {
  const excuse =
    'The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.';
  if (!(exchange.headers['content-type'] ?? '').startsWith('application/json')) {
    throw new Refusal(400, `Expecting to find application/json in Content-Type header. ${excuse}`);
  }
  try {
    const document: unknown = JSON.parse(await readText(exchange));
    if (isRecord(document)) return document;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Refusal(400, `Expecting to find valid JSON in request body. ${excuse}`);
}

function callerOf(keystone: Keystone, exchange: Exchange): Grant {
  const token = exchange.headers['x-auth-token'];
  const grant = typeof token === 'string' ? keystone.identity.grantOf(token) : undefined;
  if (grant === undefined) throw unauthorized();
  return grant;
}

function subjectOf(keystone: Keystone, exchange: Exchange): [string, Grant] {
  callerOf(keystone, exchange);
  const token = exchange.headers['x-subject-token'];
  const grant = typeof token === 'string' ? keystone.identity.grantOf(token) : undefined;
  if (typeof token !== 'string' || grant === undefined) throw new Refusal(404, 'Could not find token.');
  return [token, grant];
}

function showToken(keystone: Keystone, exchange: Exchange): Answer {
  const [token, grant] = subjectOf(keystone, exchange);
  return {
    status: 200,
    headers: { 'x-subject-token': token },
    json: tokenDocument(keystone, grant, !exchange.query.has('nocatalog')),
  };
}

function revokeToken(keystone: Keystone, exchange: Exchange): Answer {
  keystone.identity.revoke(subjectOf(keystone, exchange)[1]);
  return { status: 204 };
}

function showCatalog(keystone: Keystone, exchange: Exchange): Answer {
  if (callerOf(keystone, exchange).scope === undefined) throw unauthorized();
  return {
    status: 200,
    json: { catalog: catalog(keystone), links: { self: `${exchange.origin}/v3/auth/catalog` } },
  };
}

function listOwnProjects(keystone: Keystone, exchange: Exchange): Answer {
  const { project } = callerOf(keystone, exchange).user;
  return collection(exchange, 'projects', [projectDocument(exchange, project)]);
}

/** All projects for an administrator. */
function listProjects(keystone: Keystone, exchange: Exchange): Answer {
  if (!rolesOf(callerOf(keystone, exchange)).includes('admin'))
    throw new Refusal(403, 'You are not authorized to perform the requested action: identity:list_projects.');
  const projects = new Map(keystone.identity.users.map(({ project }) => [project.id, project]));
  return collection(
    exchange,
    'projects',
    [...projects.values()].map((project) => projectDocument(exchange, project)),
  );
}

function projectDocument(exchange: Exchange, project: Project): object {
  return {
    ...project,
    domain_id: domain.id,
    description: '',
    enabled: true,
    parent_id: domain.id,
    is_domain: false,
    tags: [],
    options: {},
    links: { self: `${exchange.origin}/v3/projects/${project.id}` },
  };
}

function listRegions(keystone: Keystone, exchange: Exchange): Answer {
  callerOf(keystone, exchange);
  const self = (name: string) => ({ self: `${exchange.origin}/v3/regions/${name}` });
  return collection(
    exchange,
    'regions',
    keystone.regions.map(({ name }) => ({ id: name, description: '', parent_region_id: null, links: self(name) })),
  );
}

function collection(exchange: Exchange, name: string, items: readonly object[]): Answer {
  const links = { next: null, self: `${exchange.origin}${exchange.path}`, previous: null };
  return { status: 200, json: { [name]: items, links } };
}

function ownerOf(keystone: Keystone, exchange: Exchange, userId: string, action: string): User {
  const { user } = callerOf(keystone, exchange);
  if (user.id === userId) return user;
  throw new Refusal(403, `You are not authorized to perform the requested action: identity:${action}.`);
}

function credentialDocument(keystone: Keystone, user: User, id: string): object[] {
  return keystone.identity.credentials
    .filter((credential) => credential.userId === user.id && (id === '' || credential.id === id))
    .map(({ id, name, description }) => ({
      id,
      name,
      description,
      user_id: user.id,
      project_id: user.project.id,
      expires_at: null,
      unrestricted: null,
      roles: user.roles.map((role) => ({ id: keystone.identity.roleId(role), name: role })),
    }));
}

function listCredentials(keystone: Keystone, exchange: Exchange, [userId = '']: readonly string[]): Answer {
  const user = ownerOf(keystone, exchange, userId, 'list_application_credentials');
  return collection(exchange, 'application_credentials', credentialDocument(keystone, user, ''));
}

async function createCredential(
  keystone: Keystone,
  exchange: Exchange,
  [userId = '']: readonly string[],
): Promise<Answer> {
  const user = ownerOf(keystone, exchange, userId, 'create_application_credential');
  const asked = (await readBody(exchange)).application_credential;
  if (!isRecord(asked) || typeof asked.name !== 'string') throw new Refusal(400, "'name' is a required property");
  const text = (name: string) => (typeof asked[name] === 'string' ? asked[name] : undefined);
  const made = keystone.identity.addCredential(user, asked.name, text('description') ?? null, text('secret'));
  const [document] = credentialDocument(keystone, user, made.id);
  return { status: 201, json: { application_credential: { ...document, secret: made.secret } } };
}

function deleteCredential(keystone: Keystone, exchange: Exchange, [userId = '', id = '']: readonly string[]): Answer {
  const user = ownerOf(keystone, exchange, userId, 'delete_application_credential');
  if (credentialDocument(keystone, user, id).length === 0) {
    throw new Refusal(404, `Could not find Application Credential: ${id}.`);
  }
  keystone.identity.removeCredential(id);
  return { status: 204 };
}

async function addTrust(keystone: Keystone, exchange: Exchange): Promise<Answer> {
  const caller = callerOf(keystone, exchange);
  return createTrust(keystone.identity, caller, await readBody(exchange), exchange.origin);
}

function removeTrust(keystone: Keystone, exchange: Exchange, [id = '']: readonly string[]): Answer {
  return deleteTrust(keystone.identity, callerOf(keystone, exchange), id);
}
