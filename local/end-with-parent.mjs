// Loaded before the program that run.mjs runs: ends it when run.mjs is gone, even by `kill -9`.
// Plain JavaScript, as it is loaded by whatever Node runs the program.
const hardExitAfterMs = 15_000;

// What the program starts itself inherits this preload but has another parent.
if (process.channel && process.env.TIMELINE_RUNNER_PID === String(process.ppid)) {
  process.on('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), hardExitAfterMs).unref();
  });
  // The channel alone must not keep a program alive that has done its work.
  process.channel.unref();
}
