import type { CloudProblem } from './cloud-problem.ts';

/** One cloud as `clouds.yaml`, `secure.yaml` and the environment describe it, after openstacksdk's rules. */
export interface Cloud {
  /** Key under `clouds:`, or `envvars`. */
  readonly name: string;
  /** Absolute path of the file, or `environment`. */
  readonly origin: string;
  /** Absolute path of the `secure.yaml` that was merged over it. */
  readonly secureOrigin?: string;
  /** What the user has to agree to before any of it is sent. */
  readonly consent?: SecureConsent;
  /** `password` and its `v3` spelling, `v3applicationcredential`… as written. */
  readonly authType: string;
  /** The `auth` mapping with cloud-level keys moved into it. Values are strings; holds secrets, never log it. */
  readonly auth: Readonly<Record<string, string>>;
  /** Empty where the configuration names none: the catalog decides. */
  readonly regions: readonly string[];
  /** Of `public`, `internal` and `admin`, the best first; at least one. */
  readonly interfaces: readonly string[];
  /** `image_endpoint_override`. */
  readonly imageEndpoint?: string;
  /** `image_region_name`: where the catalog has the images, whatever the region is called. */
  readonly imageRegion?: string;
  /** Type and name of the image service in the catalog; `image` and any where omitted. */
  readonly imageService?: { readonly type?: string; readonly name?: string };
  readonly tls: {
    readonly verify: boolean;
    /** Absolute paths. */
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
  };
  /** The cloud as regions with values of their own have it, by region. See `cloudAt`. */
  readonly inRegions?: Readonly<Record<string, Cloud>>;
  /** What is wrong with this cloud; one with an error can't be used, the others can. */
  readonly problems: readonly CloudProblem[];
}

/** All configured clouds. */
export interface CloudConfiguration {
  readonly clouds: readonly Cloud[];
  /** The cloud that is meant where nobody names one, with the reason in words (`OS_CLOUD`, `the only cloud in /path/clouds.yaml`). */
  readonly defaultCloud?: { readonly name: string; readonly chosenBy: string };
  /** The `clouds.yaml` files that were read, absolute. */
  readonly files: readonly string[];
  /** Problems of whole files, e.g. broken YAML; `message` names the file. */
  readonly problems: readonly CloudProblem[];
}

/** A cloud as one of its regions has it: with the region's own login, address or certificates, where it has any. */
export function cloudAt(cloud: Cloud, region: string): Cloud {
  const { inRegions = {} } = cloud;
  return (Object.hasOwn(inRegions, region) ? inRegions[region] : undefined) ?? cloud;
}

/** Secrets of one file complete a cloud that another folder's file describes: somebody else may have written where they go. */
export interface SecureConsent {
  /** Absolute path of the file that holds the secrets, without links; of several, with " and " between them. */
  readonly secureFile: string;
  /** Addresses that get secrets or tokens and that the owner of the secrets does not name, in order. */
  readonly receivers: readonly string[];
  /** Whether somebody else says that their certificates are not checked, or by which authority they are. */
  readonly ownCertificates: boolean;
}
