// Runs the blob service of Azurite until standard input ends. A parent that dies, however it dies, closes that pipe, so no
// Azurite outlives its tests; and closing it is a graceful stop on every operating system.
'use strict';

process.stdin.on('end', () => process.emit('SIGINT')).on('error', () => process.emit('SIGINT')).resume();

// What was deleted or overwritten stays in memory until the end. Azurite would look for it every ten minutes, in a time that grows
// with the square of what it finds, and answer nobody meanwhile.
const collector = require('azurite/dist/src/blob/gc/BlobGCManager').default.prototype;
collector.start = collector.close = async () => {};
require('azurite/dist/src/blob/main.js');
