import * as z from 'zod';
import { LocalSystemError } from '../local-system-error.ts';
import type { CloudAssembly } from './cloud-assembly.ts';
import type { Definition } from './definition.ts';
import { resolveDynamicReferences } from './dynamic-references.ts';
import type { Identity } from './intrinsics.ts';
import { accountId, region, resolveIntrinsics } from './intrinsics.ts';
import { omit } from './omit.ts';
import { servedTypes, typesWithoutEffect } from './resource-types.ts';

export interface Resource<Properties> {
  readonly logicalId: string;
  readonly properties: Properties;
}

/** The template, with every reference answered by what stands for it on this machine. */
export interface Stack {
  /** All resources of a type, checked, in the order of the template. */
  resources<Properties>(definition: Definition<Properties>): Resource<Properties>[];
  /** The names of all resources of a type, whatever they refer to. */
  logicalIds(definition: Definition<unknown>): string[];
  /** Says what a resource is called locally, once it is known. */
  identify(logicalId: string, identity: Identity): void;
  /** The outputs of the stack. */
  outputs(): Record<string, string>;
  /** The outputs that refer only to what has been identified. */
  knownOutputs(): Record<string, string>;
  /** The folder with the code that would be uploaded under this key. */
  codeFolder(objectKey: string): string;
}

/** Types whose name and attributes follow from the logical id. */
const plainIdentities: Readonly<Record<string, (logicalId: string) => Identity>> = {
  'AWS::Lambda::Function': (logicalId) => ({ ref: logicalId, attributes: { Arn: functionArn(logicalId) } }),
  'AWS::CloudFront::Function': (logicalId) => ({ ref: logicalId, attributes: { FunctionARN: logicalId } }),
  'AWS::Events::Rule': (logicalId) => ({
    ref: logicalId,
    attributes: { Arn: `arn:aws:events:${region}:${accountId}:rule/${logicalId}` },
  }),
  'AWS::ApiGatewayV2::Authorizer': (logicalId) => ({ ref: logicalId, attributes: { AuthorizerId: logicalId } }),
  'AWS::ApiGatewayV2::Integration': (logicalId) => ({ ref: logicalId, attributes: { IntegrationId: logicalId } }),
};

function functionArn(logicalId: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${logicalId}`;
}

function refuseUnknownTypes(template: CloudAssembly['template']): void {
  for (const [logicalId, { Type, Condition }] of Object.entries(template.Resources)) {
    if (typesWithoutEffect.has(Type)) continue;
    if (!servedTypes.has(Type)) {
      throw new LocalSystemError(
        `The stack has a resource the local system cannot run: "${logicalId}" of type ${Type}. Teach it in local/template/resource-types.ts.`,
      );
    }
    if (Condition !== undefined) {
      throw new LocalSystemError(`The resource "${logicalId}" has a condition; the local system knows none.`);
    }
  }
}

/** The logical id of the function that an ARN, or a URI with an ARN in it, or a name means. */
export function functionIdOf(reference: string): string {
  return /:function:([^/:]+)/.exec(reference)?.[1] ?? reference;
}

/**
 * Opens a synthesized template.
 *
 * @throws LocalSystemError if it holds what cannot be run locally
 */
export function openStack({ template, codeFolders }: CloudAssembly): Stack {
  refuseUnknownTypes(template);
  const identities = new Map<string, Identity>();
  const identityOf = (logicalId: string): Identity | undefined =>
    identities.get(logicalId) ?? plainIdentities[template.Resources[logicalId]?.Type ?? '']?.(logicalId);
  const secretOf = (arn: string) => [...identities.values()].find(({ ref }) => ref === arn)?.secret;
  const resolved = (value: unknown) => resolveDynamicReferences(resolveIntrinsics(value, identityOf), secretOf);
  const outputOf = (name: string): string => String(resolveIntrinsics(template.Outputs[name]?.Value, identityOf));

  return {
    resources({ type, withoutEffect, schema }) {
      return Object.entries(template.Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([logicalId, { Properties }]) => {
          const parsed = schema.safeParse(resolved(omit(Properties, withoutEffect)));
          if (!parsed.success) {
            throw new LocalSystemError(
              `The local system cannot run "${logicalId}" (${type}) as the template has it: ${z.prettifyError(parsed.error)}`,
            );
          }
          return { logicalId, properties: parsed.data };
        });
    },
    logicalIds({ type }) {
      return Object.keys(template.Resources).filter((logicalId) => template.Resources[logicalId]?.Type === type);
    },
    identify(logicalId, identity) {
      identities.set(logicalId, identity);
    },
    outputs() {
      return Object.fromEntries(Object.keys(template.Outputs).map((name) => [name, outputOf(name)]));
    },
    knownOutputs() {
      const known = Object.keys(template.Outputs).flatMap((name) => {
        try {
          return [[name, outputOf(name)] as const];
        } catch (error) {
          if (error instanceof LocalSystemError) return [];
          throw error;
        }
      });
      return Object.fromEntries(known);
    },
    codeFolder(objectKey) {
      const folder = codeFolders.get(objectKey);
      if (folder === undefined)
        throw new LocalSystemError(`The code ${objectKey} is not among the synthesized assets.`);
      return folder;
    },
  };
}
