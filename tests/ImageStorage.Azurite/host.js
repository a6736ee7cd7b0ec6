// Runs the blob service of Azurite until standard input ends. A parent that dies, however it dies, closes that pipe, so no
// Azurite outlives its tests; and closing it is a graceful stop on every operating system.
'use strict';

process.stdin.on('end', () => process.emit('SIGINT')).on('error', () => process.emit('SIGINT')).resume();
require('azurite/dist/src/blob/main.js');
