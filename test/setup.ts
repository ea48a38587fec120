import { isNativeError } from 'node:util/types';

/** The functions write their log and metrics to standard output, where a test run has its report. */
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED = 'true';
process.env.POWERTOOLS_METRICS_NAMESPACE = 'Timeline';

/** What the stack generates and hands to the functions. */
process.env.ORIGIN_SECRET = 'origin-secret-of-the-tests';
process.env.CURSOR_SECRET = 'cursor-secret-of-the-tests';
process.env.DEFAULT_QUOTA = '{"events":50000,"changes":20000,"bytes":1073741824}';

/** Node's own limit. Jest's ten times as many frames are dear where errors are what a test is about. */
Error.stackTraceLimit = 10;

/** Jest runs tests in a realm of their own. Errors of Node, such as of a connection, are of another, and are errors here too. */
const isOrdinaryInstance = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    return isOrdinaryInstance.call(this as never, value) || (this === Error && isNativeError(value));
  },
});
