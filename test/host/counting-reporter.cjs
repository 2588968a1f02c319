// Mocha's usual output, and in the file that GLANCE_IMAGES_TEST_COUNTS names the counts, and each failed test with its
// error's first line, for the sum over all suites.
'use strict';
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const file = process.env.GLANCE_IMAGES_TEST_COUNTS;
      if (file === undefined) return;
      const { passes, failures, pending } = this.stats;
      const failed = this.failures.map((test) => `${test.fullTitle()}: ${String(test.err?.message).split('\n')[0]}`);
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending, failures: failed }));
    });
  }
};
