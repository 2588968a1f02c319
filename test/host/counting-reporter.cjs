// Mocha's usual output, and the counts in the file that GLANCE_IMAGES_TEST_COUNTS names, for the sum over all suites.
'use strict';
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const file = process.env.GLANCE_IMAGES_TEST_COUNTS;
      const { passes, failures, pending } = this.stats;
      if (file !== undefined)
        writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
};
