import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

/**
 * Log lines with what is needed to find a request and its cause. Errors have no other properties than these: those of the SDK
 * can hold whole items.
 */
export class LeanLogFormatter extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { lambdaContext } = attributes;
    const common = {
      level: attributes.logLevel,
      message: attributes.message,
      timestamp: this.formatTimestamp(attributes.timestamp),
      service: attributes.serviceName,
      cold_start: lambdaContext?.coldStart,
      function_request_id: lambdaContext?.awsRequestId,
      xray_trace_id: attributes.xRayTraceId,
    };
    return new LogItem({ attributes: common }).addAttributes(additional);
  }

  override formatError(error: Error): LogAttributes {
    const { name, message, stack, cause } = error;
    return { name, message, stack, cause: cause instanceof Error ? this.formatError(cause) : undefined };
  }
}
