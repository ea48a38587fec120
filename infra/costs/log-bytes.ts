// Estimates, with the 26 bytes that CloudWatch adds to each line.

/** Bytes that Lambda logs of an invocation, its start and its report. */
export const invocationLogBytes = 700;

/** Bytes of a line of a function or of the access log. */
export const lineLogBytes = 450;

/** Bytes of a line of metrics. */
export const metricsLogBytes = 500;
