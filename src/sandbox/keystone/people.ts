import type { Release } from '../release.ts';

/** A domain: a namespace of users and projects. */
export interface Domain {
  readonly id: string;
  readonly name: string;
}

/** The domain of everything but federated users. */
export const domain: Domain = { id: 'default', name: 'Default' };

export interface Project {
  readonly id: string;
  readonly name: string;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly domain: Domain;
  /** The only project with roles of the user; an administrator has roles in the domain and the system too. */
  readonly project: Project;
  readonly roles: readonly string[];
  /** Undefined for users without one. */
  readonly password: string | undefined;
  /** Secret of passcodes, in base 32. */
  readonly totp: string | undefined;
  /** Alternative lists of methods that are needed together. Empty: any single method. */
  readonly rules: readonly (readonly string[])[];
  /** Set for a user of an identity provider. */
  readonly federation: { readonly provider: string; readonly protocol: string; readonly group: string } | undefined;
}

/** Further users of an existing project, and an identity provider whose users are members of one. */
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
    /** The issuer of the provider. */
    readonly issuer: string;
    readonly project: string;
  };
}

const member = { 25: ['member', 'reader'], 33: ['member', 'reader'] };

/** The standard users of a sandbox, with their roles in the project of the same name, by the release of its Glance. */
export const people: Readonly<Record<string, Readonly<Record<Release, readonly string[]>>>> = {
  admin: { 25: ['admin', 'member', 'reader'], 33: ['admin', 'manager', 'member', 'reader'] },
  demo: member,
  guest: member,
};
