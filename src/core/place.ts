/** Where an image lives: a region of a cloud. */
export interface Place {
  /** Name of the entry in `clouds.yaml`, or `envvars`. */
  readonly cloud: string;
  /** Empty if the cloud has one region without a name. */
  readonly region: string;
  /** Absolute path of the `clouds.yaml` that the cloud comes from, or `environment`. */
  readonly origin: string;
}

/** `cloud/region`, for people. */
export function describePlace(place: Place): string {
  return place.region === '' ? place.cloud : `${place.cloud}/${place.region}`;
}
