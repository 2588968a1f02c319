/** A cloud by its name and the file that describes it. */
export interface CloudName {
  readonly name: string;
  readonly origin: string;
}

/** The clouds that this window does not log in to: the user signed out, or declined to give a password. */
export class SignedOutClouds {
  readonly #keys = new Set<string>();

  has(cloud: CloudName): boolean {
    return this.#keys.has(key(cloud));
  }

  add(cloud: CloudName): void {
    this.#keys.add(key(cloud));
  }

  delete(cloud: CloudName): void {
    this.#keys.delete(key(cloud));
  }
}

function key({ name, origin }: CloudName): string {
  return JSON.stringify([origin, name]);
}
