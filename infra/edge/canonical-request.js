/**
 * Runs at the edge before the cache is asked, for every request. A CloudFront Function (runtime cloudfront-js-2.0): ECMAScript 5.1
 * with `const`, `let` and arrow functions, without destructuring and `for-of`.
 *
 * - The query gets one order, so that `a=1&b=2` and `b=2&a=1` are one entry of the cache. Nothing else about it changes, not
 *   even the percent-encoding: an unknown or repeated parameter still reaches the API, and gets its 400.
 * - `x-public-host` is the host that was asked for; the API, which has a host of its own, begins its links with it.
 * - `x-origin-verify` is for CloudFront to send, and for nobody else.
 * - Where `format` says what to answer, `accept` says nothing: all its values are one entry of the cache.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/general-helper-methods.html for `rawQueryString`
 */
function nameOf(pair) {
  const equals = pair.indexOf('=');
  return equals < 0 ? pair : pair.slice(0, equals);
}

/** By name, those of one name as they came: which of them is first may matter to who reads them. */
function inOrder(one, other) {
  if (one.name === other.name) return one.index - other.index;
  return one.name < other.name ? -1 : 1;
}

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  const request = event.request;
  const pairs = (request.rawQueryString() || '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair, index) => ({ name: nameOf(pair), text: pair, index: index }))
    .sort(inOrder);
  request.querystring = pairs.map((pair) => pair.text).join('&');
  request.headers['x-public-host'] = { value: request.headers.host.value };
  delete request.headers['x-origin-verify'];
  if (pairs.some((pair) => pair.name === 'format')) request.headers.accept = { value: '*/*' };
  return request;
}
