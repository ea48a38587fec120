import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** Letters and figures: 64 of them hold more than the 256 bits of a key for HMAC-SHA256, and fit a header as they are. */
const form = { excludePunctuation: true, includeSpace: false, passwordLength: 64 };

export interface GeneratedSecretOptions {
  readonly description: string;
  /** Under which name functions find it in their environment. */
  readonly variable: string;
}

/**
 * A secret that nobody chose and nobody has to know. It goes with the stack: nothing in the record depends on it, and the
 * next deployment makes another.
 */
export class GeneratedSecret extends Secret {
  readonly #variable: string;

  constructor(scope: Construct, id: string, { description, variable }: GeneratedSecretOptions) {
    super(scope, id, { description, generateSecretString: form, removalPolicy: RemovalPolicy.DESTROY });
    this.#variable = variable;
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Whoever uses it reads it when the stack is deployed: changed in between, the two sides would no longer agree. ' +
        'It is replaced by a deployment, see docs/decisions/0016.',
    });
  }

  /** The value, as a dynamic reference that CloudFormation resolves: the template does not hold it. */
  reference(): string {
    return this.secretValue.unsafeUnwrap();
  }

  /** Tells functions the value when they are deployed. They need no right to read it. */
  bindTo(functions: readonly LambdaFunction[]): void {
    for (const handler of functions) handler.addEnvironment(this.#variable, this.reference());
  }
}
