// Loaded before the program that launch.mjs runs. It ends the program when launch.mjs is gone, even by `kill -9`.
const hardExitAfterMs = 15_000;

// Processes that the program starts inherit this preload, but have another parent.
if (process.channel && process.env.TIMELINE_RUNNER_PID === String(process.ppid)) {
  process.on('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), hardExitAfterMs).unref();
  });
  // The channel alone must not keep a program running that is done.
  process.channel.unref();
}
