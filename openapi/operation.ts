import type * as z from 'zod';
import type { ZodOpenApiContentObject, ZodOpenApiResponseObject } from 'zod-openapi';
import type { GroupName } from '../functions/lib/documentation/groups.ts';
import type { ProblemName } from '../functions/lib/http/problem-types.ts';

/** The description of a route in the document, besides its method, path and scope. */
export interface Operation {
  /** The name of the operation in generated clients. */
  readonly operationId: string;
  readonly tag: GroupName;
  readonly summary: string;
  readonly description: string;
  /** The schema by which the handler reads the query. */
  readonly query?: z.ZodObject;
  /** Headers of the request. */
  readonly headers?: z.ZodObject;
  readonly body?: {
    readonly description: string;
    readonly content: ZodOpenApiContentObject;
    /** Default: true. */
    readonly required?: boolean;
  };
  /** The successful responses, by status. */
  readonly answers: Readonly<Record<string, ZodOpenApiResponseObject>>;
  /** The problems besides those that every route may have. */
  readonly problems: readonly ProblemName[];
}

/** Operations by method and path, as in the table of routes. */
export type Operations = Readonly<Record<`${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`, Operation>>;
