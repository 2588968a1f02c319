// Who may import whom. An import of a type counts as well.

/** The folders of src, each with what else of src it may import. */
const LAYERS = {
  core: [],
  node: ['core'],
  state: ['core', 'webview/transfers/protocol.ts'],
  platform: ['core', 'state', 'node', 'transfers'],
  features: ['core', 'state', 'node', 'platform', 'transfers', 'webview/transfers/protocol.ts'],
  cli: ['core', 'node', 'sandbox', 'transfers'],
  transfers: ['core', 'node'],
  sandbox: ['core', 'node'],
  webview: ['core/reconcile/model/phases.ts'],
};

const layers = Object.entries(LAYERS).map(([folder, others]) => ({
  name: `layer-${folder}`,
  comment: `Of src, ${folder} imports only ${[folder, ...others].join(', ')}.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...others].join('|')})(/|$)` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'layer-known',
      comment: 'A new folder of src has its line in LAYERS.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${Object.keys(LAYERS).join('|')})/|^src/extension\\.ts$` },
      to: {},
    },
    {
      name: 'no-circle',
      comment: 'What two files share goes below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'features-apart',
      comment: 'Features do not import each other.',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'vscode-at-the-edge',
      comment: 'Only platform, features and extension.ts import vscode.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(platform/|features/|extension\\.ts$)' },
      to: { path: '(^|/)vscode(/|$)' },
    },
    {
      name: 'nothing-ships-from-test',
      comment: 'Sources do not import tests.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
    {
      name: 'contract-on-what-ships',
      comment:
        'Contract tests load what the VSIX holds through test/contract/product.ts. Of the sources they import types, core, and passcodes.',
      severity: 'error',
      from: { path: '^test/contract/' },
      to: {
        path: '^src/(node|cli|state|platform|features|sandbox)/',
        pathNot: '^src/sandbox/keystone/passcodes\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'found',
      comment: 'An import that leads nowhere would pass every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
    },
  },
};
