/** Every command that package.json contributes, by the folder in `features` that registers it; unit tests keep these equal. */
export const commandsOf = {
  apply: [
    'glanceImages.applyDefinition',
    'glanceImages.applyFile',
    'glanceImages.applyWorkspace',
    'glanceImages.cancelApply',
  ],
  cache: ['glanceImages.clearCache', 'glanceImages.showCache'],
  clouds: [
    'glanceImages.forgetPasswords',
    'glanceImages.openCloudsFile',
    'glanceImages.showLog',
    'glanceImages.signIn',
    'glanceImages.signOut',
  ],
  definitions: [
    'glanceImages.checkUpstream',
    'glanceImages.chooseImage',
    'glanceImages.copyDefinitionAsTerraform',
    'glanceImages.keepSecret',
    'glanceImages.newDefinitionFromTerraform',
    'glanceImages.openDefinition',
    'glanceImages.showImageOfDefinition',
    'glanceImages.takeUpstream',
  ],
  details: ['glanceImages.showImage'],
  explorer: [
    'glanceImages.clearFilter',
    'glanceImages.filterImages',
    'glanceImages.findImages',
    'glanceImages.groupImages',
    'glanceImages.loadMore',
    'glanceImages.refresh',
    'glanceImages.retry',
    'glanceImages.showInView',
    'glanceImages.sortImages',
  ],
  images: [
    'glanceImages.compareImages',
    'glanceImages.copyImageAs',
    'glanceImages.copyImageId',
    'glanceImages.deactivateImages',
    'glanceImages.deleteImages',
    'glanceImages.downloadImages',
    'glanceImages.hideImages',
    'glanceImages.protectImages',
    'glanceImages.reactivateImages',
    'glanceImages.setVisibility',
    'glanceImages.shareImages',
    'glanceImages.showImageJson',
    'glanceImages.unhideImages',
    'glanceImages.unprotectImages',
  ],
  import: ['glanceImages.importImage'],
  'new-definition': [
    'glanceImages.newDefinition',
    'glanceImages.newDefinitionFromFile',
    'glanceImages.newDefinitionFromUrl',
    'glanceImages.newSampleDefinition',
  ],
  plan: [
    'glanceImages.applyPreview',
    'glanceImages.previewDefinition',
    'glanceImages.previewFile',
    'glanceImages.previewWorkspace',
    'glanceImages.refreshPreview',
  ],
  rollback: ['glanceImages.rollBackDefinition'],
  sandbox: ['glanceImages.startSandbox', 'glanceImages.stopSandbox'],
  transfers: ['glanceImages.clearTransfers', 'glanceImages.showTransfers'],
} as const;

/** The id of a command of ours. */
export type CommandId = (typeof commandsOf)[keyof typeof commandsOf][number];

export const commandIds: readonly CommandId[] = Object.values(commandsOf).flat();
