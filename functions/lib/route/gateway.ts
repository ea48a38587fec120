import type { MiddlewareObj } from '@middy/core';
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';

/** A request as an HTTP API hands it to a function (payload format 2.0). */
export type GatewayEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<Record<string, string> | undefined>;

/** A response as an HTTP API takes it from a function. `contentTag` is for the middlewares on its way. */
export type GatewayResponse = APIGatewayProxyStructuredResultV2 & { contentTag?: string };

/** A Lambda function behind an HTTP API. */
export type Handler = (event: GatewayEvent, context: Context) => Promise<GatewayResponse>;

/** One step of the way of a request in, and of its response out. */
export type Middleware = MiddlewareObj<GatewayEvent, GatewayResponse>;
