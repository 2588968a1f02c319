import { type Answer, Refusal } from '../http/answers.ts';
import { unauthorized } from './authenticate.ts';
import type { Grant, Identity } from './identity.ts';

/** What mod_auth_openidc says, which stands before a Keystone, to a bearer token that it does not believe. */
const unbelieved: Answer = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer', 'content-type': 'text/html' },
  text: '<html><head><title>401 Unauthorized</title></head></html>',
};

/**
 * A login by an identity provider's access token; here such a token is `NAME@ISSUER`. An answer, or a token without a scope.
 * Throws what Keystone refuses.
 */
export function authenticateFederated(
  identity: Identity,
  [provider = '', protocol = '']: readonly string[],
  authorization: string | undefined,
): Answer | [string, Grant] {
  const bearer = /^Bearer ([\w.-]+)@([\w.:/-]+)$/.exec(authorization ?? '');
  if (bearer === null && protocol === 'openid') return unbelieved;
  const known = identity.federation;
  if (known?.provider !== provider) throw new Refusal(404, `Could not find Identity Provider: ${provider}.`);
  if (known.protocol !== protocol) throw unauthorized('Attempted to authenticate with an unsupported method.');
  const [, name = '', issuer] = bearer ?? [];
  if (issuer !== known.issuer) throw new Refusal(403, 'You are not authorized to perform the requested action.');
  return identity.issue(identity.federatedUser(name), undefined, [protocol]);
}
