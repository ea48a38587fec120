import type { Message } from '@aws-sdk/client-sqs';
import { region } from '../template/intrinsics.ts';

function attributeOf({
  DataType,
  StringValue,
  BinaryValue,
}: NonNullable<Message['MessageAttributes']>[string]): object {
  return {
    dataType: DataType,
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
  };
}

/** The record of a message in the event for the function. */
export function queueRecord(message: Message, queueArn: string): object {
  const attributes = Object.entries(message.MessageAttributes ?? {});
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes.map(([name, attribute]) => [name, attributeOf(attribute)])),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/** The message as filters compare it: with its body parsed, if that is JSON. */
export function filterable(message: Message): object {
  try {
    return { ...message, body: JSON.parse(message.Body ?? '') };
  } catch {
    return { ...message, body: message.Body };
  }
}
