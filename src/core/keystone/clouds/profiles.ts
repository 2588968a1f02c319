import type { CloudProblem } from './cloud-problem.ts';
import { BUILT_IN_PROFILES } from './built-in-profiles.ts';
import { isMapping, renamed, textOf, type RawCloud } from './raw-cloud.ts';

/** The key that names a profile. */
const NAMED = [['profile']];

/** The profile that a cloud names; empty if it names none. */
export interface Profile {
  readonly raw: RawCloud;
  readonly problems: readonly CloudProblem[];
}

/**
 * The profile of an entry: of `clouds-public.yaml`, else a built-in one. Profiles that would have to be fetched are
 * refused: the server could redirect the password.
 * @param publicClouds `public-clouds` of `clouds-public.yaml`
 */
export function readProfile(cloud: string, raw: RawCloud, publicClouds: RawCloud): Profile {
  const name = textOf(raw.profile) ?? '';
  if (name === '') return { raw: {}, problems: [] };
  const given = own(publicClouds, name) ?? own(BUILT_IN_PROFILES, name);
  const address = isAddress(name) ? name : textOf(given?.profile);
  if (address !== undefined && isAddress(address)) {
    const message = `The cloud "${cloud}" uses the profile "${name}", which would have to be fetched from the network. Set "auth_url" and "regions" in the cloud instead.`;
    return { raw: {}, problems: [{ severity: 'error', code: 'profile-remote', message, keys: NAMED }] };
  }
  if (given === undefined) return { raw: {}, problems: [unknown(cloud, name, raw)] };
  return { raw: given, problems: statusOf(cloud, name, given) };
}

function own(profiles: RawCloud, name: string): RawCloud | undefined {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  return isMapping(profile) ? renamed(profile) : undefined;
}

function isAddress(name: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(name);
}

/** openstacksdk only warns, and fails later if the cloud has no URL of its own. */
function unknown(cloud: string, name: string, raw: RawCloud): CloudProblem {
  const address = isMapping(raw.auth) ? (raw.auth.auth_url ?? raw.auth.endpoint) : undefined;
  const usable = [address, raw.auth_url, raw.endpoint].some((text) => (textOf(text) ?? '') !== '');
  const message = `The cloud "${cloud}" uses the profile "${name}", which is neither built in nor in a clouds-public.yaml.`;
  if (usable) return { severity: 'warning', code: 'profile-unknown', message, keys: NAMED };
  const next = 'Set "auth_url" and "regions" in the cloud instead.';
  return { severity: 'error', code: 'profile-unknown', message: `${message} ${next}`, keys: NAMED };
}

function statusOf(cloud: string, name: string, profile: RawCloud): readonly CloudProblem[] {
  const status = textOf(profile.status);
  const message = textOf(profile.message) ?? '';
  const said = (what: string): string =>
    `The profile "${name}" of the cloud "${cloud}" ${what}${message === '' ? '.' : `: ${message}`}`;
  if (status === 'shutdown') {
    const text = said('belongs to a cloud that no longer exists');
    return [{ severity: 'error', code: 'profile-shutdown', message: text, keys: NAMED }];
  }
  if (status === 'deprecated')
    return [{ severity: 'warning', code: 'profile-deprecated', message: said('is deprecated'), keys: NAMED }];
  return [];
}
