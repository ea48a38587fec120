import type { Construct } from 'constructs';

const certificatePattern = /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]+$/;
const namePattern = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** A domain name of the operator for the distribution. */
export interface OwnDomain {
  readonly name: string;
  /** A certificate for the name. It must be in us-east-1, where CloudFront reads it. */
  readonly certificateArn: string;
}

/**
 * The domain name of `-c domainName=timeline.example.org -c certificateArn=arn:aws:acm:us-east-1:…`; undefined if both are missing.
 *
 * @throws {Error} when one of the two is missing or malformed
 */
export function ownDomain(scope: Construct): OwnDomain | undefined {
  const name: unknown = scope.node.tryGetContext('domainName');
  const certificateArn: unknown = scope.node.tryGetContext('certificateArn');
  if (name === undefined && certificateArn === undefined) return undefined;
  if (typeof name !== 'string' || !namePattern.test(name)) {
    throw new Error('-c domainName must be a name such as timeline.example.org, and needs -c certificateArn.');
  }
  if (typeof certificateArn !== 'string' || !certificatePattern.test(certificateArn)) {
    throw new Error('-c certificateArn must be the ARN of a certificate for -c domainName, in us-east-1.');
  }
  return { name, certificateArn };
}
