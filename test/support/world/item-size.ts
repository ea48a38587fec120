import type { AttributeValue } from '@aws-sdk/client-dynamodb';

const bytesOf = (text: string) => Buffer.byteLength(text);

/**
 * Digits come two a byte, without zeros at either end; sign and exponent take one more (Developer Guide, "Item sizes").
 */
const numberBytes = (text: string) =>
  Math.ceil(text.replace(/^-?0*|\.|0*$/g, '').length / 2) + (text.startsWith('-') ? 2 : 1);

function valueBytes({ S, N, B, L, M, BOOL, NULL }: AttributeValue): number {
  if (S !== undefined) return bytesOf(S);
  if (N !== undefined) return numberBytes(N);
  if (B) return B.length;
  if (L) return L.reduce((sum, value) => sum + 1 + valueBytes(value), 3);
  if (M) return Object.entries(M).reduce((sum, [name, value]) => sum + 1 + bytesOf(name) + valueBytes(value), 3);
  if (BOOL !== undefined || NULL !== undefined) return 1;
  throw new TypeError('There are no items with values of this kind.');
}

/** How large DynamoDB takes an item to be, in bytes. */
export function itemBytes(item: Record<string, AttributeValue>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + bytesOf(name) + valueBytes(value), 0);
}
