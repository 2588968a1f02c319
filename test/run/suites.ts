import type { OpenstackSource } from '../host/devcloud.ts';
import type { Suite } from './suite.ts';

const mocha = ['node_modules/mocha/bin/mocha.js', '--reporter', 'test/host/counting-reporter.cjs'];

/** The suites that need no other cloud than the sandbox, the longest first, so that none is left to run alone at the end. */
export const ON_THE_SANDBOX: readonly Suite[] = [
  { name: 'e2e', program: [...mocha, '--ignore', 'test/e2e/openstack/**', 'test/e2e/**/*.test.ts'] },
  {
    name: 'contract on the sandbox',
    program: [...mocha, 'test/contract/**/*.test.ts'],
    environment: { CONTRACT_CLOUD: 'sandbox' },
  },
  {
    // The API alone: what engine and command line make of it, the suite on a Glance 25 says.
    name: 'contract on the sandbox of Glance 25',
    program: [...mocha, 'test/contract/api/**/*.test.ts'],
    environment: { CONTRACT_CLOUD: 'sandbox', CONTRACT_RELEASE: '25' },
  },
  {
    name: 'torture on the sandbox',
    program: ['test/torture/run.ts', '--cloud', 'sandbox', '--minutes', '2'],
  },
  { name: 'unit', program: [...mocha, 'test/unit/**/*.test.ts'] },
  { name: 'fuzz', program: ['test/fuzz/run.ts', '--seconds', '60'] },
  { name: 'vscode', program: ['test/vscode/run.ts'] },
  { name: 'artefact', program: [...mocha, '--timeout', '60000', 'test/artefact/**/*.test.ts'] },
];

/** Suites that share a real Keystone and Glance, one after the other. */
export interface CloudSuites {
  readonly source: OpenstackSource;
  readonly suites: readonly Suite[];
}

const contract: Omit<Suite, 'name'> = {
  program: [...mocha, 'test/contract/**/*.test.ts'],
  environment: { CONTRACT_CLOUD: 'openstack' },
};

/** Torture has a cloud of its own: it kills its Glance. */
export const ON_OPENSTACK: readonly CloudSuites[] = [
  {
    source: 'packages',
    suites: [
      { ...contract, name: 'contract on OpenStack' },
      { name: 'e2e on OpenStack', program: [...mocha, 'test/e2e/openstack/*.test.ts'] },
    ],
  },
  { source: 'pypi', suites: [{ ...contract, name: 'contract on newest OpenStack' }] },
  {
    source: 'packages',
    suites: [
      { name: 'torture on OpenStack', program: ['test/torture/run.ts', '--cloud', 'openstack', '--minutes', '2'] },
    ],
  },
];
