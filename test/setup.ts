import fc from 'fast-check';

/** The functions write their log and metrics to standard output, where a test run has its report. */
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED = 'true';
process.env.POWERTOOLS_METRICS_NAMESPACE = 'Timeline';

/** Checks take most of the time of a synthesis. The test of the whole synthesis has them made. */
process.env.CDK_VALIDATION = 'false';

/** What the stack generates and hands to the functions. */
process.env.ORIGIN_SECRET = 'origin-secret-of-the-tests';
process.env.CURSOR_SECRET = 'cursor-secret-of-the-tests';
process.env.DEFAULT_QUOTA = '{"events":50000,"changes":20000,"bytes":1073741824}';

/**
 * fast-check looks for a smaller counterexample for five minutes at most, and then reports the one it has: a test that
 * ran out of time would hide it. A property that is still being tried by then has failed.
 */
fc.configureGlobal({ interruptAfterTimeLimit: 300_000, markInterruptAsFailure: true });
