import type { RawCloud } from './raw-cloud.ts';

const DEFAULT_DOMAINS = { user_domain_name: 'Default', project_domain_name: 'Default' };

/**
 * openstacksdk's vendor profiles (openstack/config/vendors of 0.101), as far as login and images need them. The one
 * of vexxhost is only a URL to fetch a profile from.
 */
export const BUILT_IN_PROFILES: Readonly<Record<string, RawCloud>> = {
  auro: at('https://api.van2.auro.io:5000/v3', ['RegionOne'], DEFAULT_DOMAINS),
  betacloud: at('https://api-1.betacloud.de:5000', ['betacloud-1']),
  bluebox: { region_name: 'RegionOne' },
  catalyst: at('https://api.cloud.catalyst.net.nz:5000/v2.0', ['nz-por-1', 'nz_wlg_2']),
  citycloud: at('https://{region_name}.citycloud.com:5000/v3/', 'Buf1 Fra1 Lon1 Sto2 Kna1 dx1 tky1'.split(' ')),
  conoha: at('https://identity.{region_name}.conoha.io', ['sin1', 'sjc1', 'tyo1']),
  dreamcompute: at('https://iad2.dream.io:5000', ['RegionOne']),
  elastx: at('https://ops.elastx.cloud:5000/v3', ['se-sto']),
  entercloudsuite: at('https://api.entercloudsuite.com/', ['it-mil1', 'nl-ams1', 'de-fra1']),
  fuga: at('https://identity.api.fuga.io:5000', ['cystack'], DEFAULT_DOMAINS),
  ibmcloud: at('https://identity.open.softlayer.com', ['london']),
  internap: at('https://identity.api.cloud.iweb.com', ['ams01', 'da01', 'nyj01', 'sin01', 'sjc01']),
  limestonenetworks: at('https://auth.cloud.lstn.net:5000/v3', ['us-dfw-1', 'us-slc']),
  otc: at('https://iam.{region_name}.otc.t-systems.com/v3', ['eu-de', 'eu-nl']),
  ovh: at(
    'https://auth.cloud.ovh.net/',
    'BHS BHS1 BHS3 BHS5 DE DE1 GRA GRA1 GRA5 GRA7 SBG SBG1 SBG5 UK UK1 WAW WAW1 SYD1 SGP1'.split(' '),
    DEFAULT_DOMAINS,
  ),
  'ovh-us': at('https://auth.cloud.ovh.us/', ['US-EAST-VA-1'], DEFAULT_DOMAINS),
  rackspace: at('https://identity.api.rackspacecloud.com/v2.0/', ['DFW', 'HKG', 'IAD', 'ORD', 'SYD', 'LON']),
  switchengines: at('https://keystone.cloud.switch.ch:5000/v3', ['LS', 'ZH']),
  ultimum: at('https://console.ultimum-cloud.com:5000/', []),
  unitedstack: at('https://identity.api.ustack.com/v3', ['bj1', 'gd1']),
  vexxhost: { profile: 'https://vexxhost.com' },
  zetta: at('https://identity.api.zetta.io/v3', ['no-osl1']),
};

function at(authUrl: string, regions: readonly string[], auth: Readonly<Record<string, string>> = {}): RawCloud {
  return { auth: { auth_url: authUrl, ...auth }, ...(regions.length === 0 ? {} : { regions }) };
}
