// decompress.cjs WORKER WORK: starts the worker as the engine does and prints its last message. WORK is what it is started with, as JSON.
'use strict';
const { Worker } = require('node:worker_threads');

const [worker, work] = process.argv.slice(2);
new Worker(worker, { workerData: JSON.parse(work) }).on('message', (message) => {
  if (message.type !== 'progress') process.stdout.write(JSON.stringify(message));
});
