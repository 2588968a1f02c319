/** A domain: a room for the names of users and projects. */
export interface Domain {
  readonly id: string;
  readonly name: string;
}

/** The domain that everything is in but who comes by federation. */
export const domain: Domain = { id: 'default', name: 'Default' };

export interface Project {
  readonly id: string;
  readonly name: string;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly domain: Domain;
  /** The one project that the user has roles in; an administrator has them in the domain and the system too. */
  readonly project: Project;
  readonly roles: readonly string[];
  /** Undefined for who can't log in with one. */
  readonly password: string | undefined;
  /** Secret of passcodes, in base 32. */
  readonly totp: string | undefined;
  /** Methods that are wanted together; one of the lists is enough. None: any method alone. */
  readonly rules: readonly (readonly string[])[];
  /** Set for who an identity provider vouches for. */
  readonly federation: { readonly provider: string; readonly protocol: string; readonly group: string } | undefined;
}

/** Further users of a project that is there, and an identity provider whose users are members of one. */
export interface SandboxLogins {
  readonly users: readonly {
    readonly name: string;
    readonly password: string;
    readonly project: string;
    readonly totp: string;
    readonly rules: readonly (readonly string[])[];
  }[];
  readonly federation: {
    readonly provider: string;
    readonly protocol: string;
    /** Whose word the provider is known by. */
    readonly issuer: string;
    readonly project: string;
  };
}

/** The users that a sandbox always has, with their roles in the project of their own name. */
export const people: Readonly<Record<string, readonly string[]>> = {
  admin: ['admin', 'member', 'reader'],
  demo: ['member', 'reader'],
  guest: ['member', 'reader'],
};
