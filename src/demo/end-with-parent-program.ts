// Loaded before a child of the demo: should the demo be killed, the child hears its channel close and ends in order
// instead of staying behind with the database open.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
