/**
 * A CloudFront Function (runtime cloudfront-js-2.0) that runs for every request, before the cache: ECMAScript 5.1 with `const`,
 * `let` and arrow functions, without destructuring and `for-of`.
 *
 * - It sorts the query, so that `a=1&b=2` and `b=2&a=1` share one entry of the cache. It changes nothing else in the query, not even
 *   the percent-encoding, so the API still sees an unknown or repeated parameter and responds with 400.
 * - It sets `x-public-host` to the requested host. The API has another host, and uses this one in its links.
 * - It removes `x-origin-verify`, which CloudFront alone may send.
 * - With `format` in the query, `accept` has no effect: all its values become one entry of the cache.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/general-helper-methods.html for `rawQueryString`
 */
function nameOf(pair) {
  const equals = pair.indexOf('=');
  return equals < 0 ? pair : pair.slice(0, equals);
}

/** Sorts by name. Parameters of one name keep their order, which may matter to the API. */
function byName(left, right) {
  if (left.name === right.name) return left.index - right.index;
  return left.name < right.name ? -1 : 1;
}

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  const request = event.request;
  const pairs = (request.rawQueryString() || '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair, index) => ({ name: nameOf(pair), text: pair, index: index }))
    .sort(byName);
  request.querystring = pairs.map((pair) => pair.text).join('&');
  request.headers['x-public-host'] = { value: request.headers.host.value };
  delete request.headers['x-origin-verify'];
  if (pairs.some((pair) => pair.name === 'format')) request.headers.accept = { value: '*/*' };
  return request;
}
