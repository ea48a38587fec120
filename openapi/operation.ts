import type * as z from 'zod';
import type { ZodOpenApiContentObject, ZodOpenApiResponseObject } from 'zod-openapi';
import type { GroupName } from '../functions/lib/documentation/groups.ts';
import type { ProblemName } from '../functions/lib/http/problem-types.ts';

/** What the document says of a route besides its method, path and scope. */
export interface Operation {
  /** What generated clients call it. */
  readonly operationId: string;
  readonly tag: GroupName;
  readonly summary: string;
  readonly description: string;
  /** The very schema by which the handler reads the query. */
  readonly query?: z.ZodObject;
  /** Headers of the request. */
  readonly headers?: z.ZodObject;
  readonly body?: {
    readonly description: string;
    readonly content: ZodOpenApiContentObject;
    /** It is, unless it is said not to be. */
    readonly required?: boolean;
  };
  /** What is answered where nothing is wrong, by status. */
  readonly answers: Readonly<Record<string, ZodOpenApiResponseObject>>;
  /** Besides those that any route may answer. */
  readonly problems: readonly ProblemName[];
}

/** Operations by method and path, as the table of routes has them. */
export type Operations = Readonly<Record<`${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`, Operation>>;
