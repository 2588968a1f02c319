/** Every command that package.json contributes; a unit test keeps the two equal. */
export const commandIds = [
  'glanceImages.applyDefinition',
  'glanceImages.applyFile',
  'glanceImages.applyWorkspace',
  'glanceImages.cancelApply',
  'glanceImages.clearFilter',
  'glanceImages.clearTransfers',
  'glanceImages.copyImageId',
  'glanceImages.deleteImages',
  'glanceImages.filterImages',
  'glanceImages.forgetPasswords',
  'glanceImages.groupImages',
  'glanceImages.importImage',
  'glanceImages.loadMore',
  'glanceImages.newDefinition',
  'glanceImages.openCloudsFile',
  'glanceImages.openDefinition',
  'glanceImages.previewDefinition',
  'glanceImages.previewFile',
  'glanceImages.refresh',
  'glanceImages.retry',
  'glanceImages.rollBackDefinition',
  'glanceImages.showImage',
  'glanceImages.showInView',
  'glanceImages.showLog',
  'glanceImages.showTransfers',
  'glanceImages.startSandbox',
  'glanceImages.stopSandbox',
] as const;

/** The id of a command of ours. */
export type CommandId = (typeof commandIds)[number];
