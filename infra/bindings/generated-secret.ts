import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** Letters and digits can be sent in a header, and 64 of them have more than the 256 bits that HMAC-SHA256 needs. */
const form = { excludePunctuation: true, includeSpace: false, passwordLength: 64 };

export interface GeneratedSecretOptions {
  readonly description: string;
  /** The environment variable in which functions get it. */
  readonly variable: string;
}

/**
 * A secret that is generated, and that no person needs to know. It is deleted with the stack: nothing in the record
 * depends on it, and the next deployment generates another one.
 */
export class GeneratedSecret extends Secret {
  readonly #variable: string;

  constructor(scope: Construct, id: string, { description, variable }: GeneratedSecretOptions) {
    super(scope, id, { description, generateSecretString: form, removalPolicy: RemovalPolicy.DESTROY });
    this.#variable = variable;
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The functions and the distribution get the secret when the stack is deployed. If it were rotated between deployments, they ' +
        'would have different secrets. A deployment replaces it, see docs/decisions/0016.',
    });
  }

  /** A dynamic reference that CloudFormation resolves: the template does not contain the value. */
  reference(): string {
    return this.secretValue.unsafeUnwrap();
  }

  /** Puts the value into the environment of functions when they are deployed. They need no permission to read it. */
  bindTo(functions: readonly LambdaFunction[]): void {
    for (const handler of functions) handler.addEnvironment(this.#variable, this.reference());
  }
}
