import { LocalSystemError } from '../local-system-error.ts';

const reference = /\{\{resolve:([^}]*)\}\}/g;
/** `secretsmanager:<ARN>:SecretString`: the whole value in its current version. An ARN has six colons. */
const wholeSecret = /^secretsmanager:(arn(?::[^:]*){6}):SecretString:*$/;

function resolveText(text: string, secretOf: (arn: string) => string | undefined): string {
  return text.replaceAll(reference, (_match, what: string) => {
    const value = secretOf(wholeSecret.exec(what)?.[1] ?? '');
    if (value === undefined) {
      throw new LocalSystemError(
        `The template refers to ${what}, which the local system does not support. See local/template/dynamic-references.ts.`,
      );
    }
    return value;
  });
}

/**
 * The value, with CloudFormation's dynamic references to secrets replaced by the values of the secrets.
 *
 * @param secretOf the value of a secret by its ARN
 * @throws {LocalSystemError} for any other reference, and for a secret that does not exist locally
 */
export function resolveDynamicReferences(value: unknown, secretOf: (arn: string) => string | undefined): unknown {
  if (typeof value === 'string') return resolveText(value, secretOf);
  if (Array.isArray(value)) return value.map((item) => resolveDynamicReferences(item, secretOf));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, resolveDynamicReferences(item, secretOf)]);
  return Object.fromEntries(entries);
}
