import type { CloudProblem } from './cloud-problem.ts';

/** A cloud of `clouds.yaml`, `secure.yaml` or the environment, by openstacksdk's rules. */
export interface Cloud {
  /** Key under `clouds:`, or `envvars`. */
  readonly name: string;
  /** Absolute path of the file, or `environment`. */
  readonly origin: string;
  /** Absolute path of the `secure.yaml` that was merged over it. */
  readonly secureOrigin?: string;
  /** The consent that is needed before its secrets are sent. */
  readonly consent?: SecureConsent;
  /** `password` and its `v3` spelling, `v3applicationcredential`… as written. */
  readonly authType: string;
  /** The `auth` mapping with cloud-level keys moved into it. Values are strings; holds secrets, never log it. */
  readonly auth: Readonly<Record<string, string>>;
  /** Empty if the configuration names none: then the catalog decides. */
  readonly regions: readonly string[];
  /** Of `public`, `internal` and `admin`, in order of preference; at least one. */
  readonly interfaces: readonly string[];
  /** `image_endpoint_override`. */
  readonly imageEndpoint?: string;
  /** `image_region_name`: the region of the image service in the catalog, if it has another name. */
  readonly imageRegion?: string;
  /** Type and name of the image service in the catalog; `image` and any name if omitted. */
  readonly imageService?: { readonly type?: string; readonly name?: string };
  readonly tls: {
    readonly verify: boolean;
    /** Absolute paths. */
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
    /** PEM text, where the entry holds it in place of a path. */
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
  };
  /** The cloud in regions with their own values, by region. See `cloudAt`. */
  readonly inRegions?: Readonly<Record<string, Cloud>>;
  /** The problems of this cloud. A cloud with an error can't be used. */
  readonly problems: readonly CloudProblem[];
}

/** All configured clouds. */
export interface CloudConfiguration {
  readonly clouds: readonly Cloud[];
  /** The default cloud, with the reason in words (`OS_CLOUD`, `the only cloud in /path/clouds.yaml`). */
  readonly defaultCloud?: { readonly name: string; readonly chosenBy: string };
  /** The `clouds.yaml` files that were read, absolute. */
  readonly files: readonly string[];
  /** Problems of whole files, e.g. broken YAML; `message` names the file. */
  readonly problems: readonly CloudProblem[];
}

/** The cloud in one of its regions, with the region's own login, URL or certificates, if any. */
export function cloudAt(cloud: Cloud, region: string): Cloud {
  const { inRegions = {} } = cloud;
  return (Object.hasOwn(inRegions, region) ? inRegions[region] : undefined) ?? cloud;
}

/** A consent, needed because the secrets of one file complete a cloud of another folder, which names where they are sent. */
export interface SecureConsent {
  /** Real path of the file with the secrets; several are joined by " and ". */
  readonly secureFile: string;
  /** URLs that receive secrets or tokens but are not named by the owner of the secrets, in order. */
  readonly receivers: readonly string[];
  /** Whether another file turns off the check of certificates or sets their authority. */
  readonly ownCertificates: boolean;
}
