/**
 * A CloudFront Function (runtime cloudfront-js-2.0) that runs for every request, before the cache: ECMAScript 5.1 with `const`,
 * `let` and arrow functions, without destructuring and `for-of`.
 *
 * - It sorts the query, so that `a=1&b=2` and `b=2&a=1` share one entry of the cache. It changes nothing else in the query, not even
 *   the percent-encoding, so the API still sees an unknown or repeated parameter and responds with 400.
 * - It sets `x-public-host` to the requested host. The API has another host, and uses this one in its links.
 * - It removes `x-origin-verify`, which CloudFront alone may send.
 * - With `format` in the query, `accept` has no effect: all its values become one entry of the cache.
 * - It reduces `accept-encoding` to the coding that the viewer prefers, as `functions/lib/http/content-coding.ts` does. CloudFront
 *   would look for `br` and `gzip` in it without their weights, and forward `gzip;q=0.1, identity;q=0.9` as `gzip`.
 * - It reduces `accept-language` to the language that the response will have, as `functions/lib/words/preferred-language.ts` does: the
 *   texts of this header differ from browser to browser. Where the response does not depend on it, the header is removed.
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

/** The weights of `accept-encoding` by the names of the codings. Of two weights for one coding, the higher counts. */
function weightsOf(acceptEncoding) {
  const weights = Object.create(null);
  acceptEncoding.split(',').forEach((element) => {
    const parts = element.split(';').map((part) => part.trim().toLowerCase());
    const weight = parts.slice(1).find((part) => /^q\s*=/.test(part));
    const value = weight === undefined ? 1 : Number.parseFloat(weight.split('=')[1]) || 0;
    if (parts[0] !== '') weights[parts[0]] = Math.max(value, weights[parts[0]] || 0);
  });
  return weights;
}

/** The coding that the viewer prefers; of equal weights, the one that compresses best. Null if it refuses them all. */
function codingOf(acceptEncoding) {
  const weights = weightsOf(acceptEncoding);
  const named = Object.keys(weights)
    .map((name) => weights[name])
    .filter((weight) => weight > 0);
  // Without a weight of its own, `identity` is accepted, but is the last choice (RFC 9110, 12.5.3).
  const least = weights['*'] !== undefined ? weights['*'] : Math.min(1, Math.min.apply(null, named));
  const weightOf = (coding) => {
    if (weights[coding] !== undefined) return weights[coding];
    return coding === 'identity' ? least : weights['*'] || 0;
  };
  const best = ['br', 'gzip', 'identity'].reduce((one, other) => (weightOf(other) > weightOf(one) ? other : one));
  return weightOf(best) > 0 ? best : null;
}

/** The languages that responses are written in, as in `functions/lib/words/languages.ts`. */
const languages = ['en', 'fr'];

/** The languages that the viewer accepts, with their weights. `*` asks for no language. */
function rangesOf(acceptLanguage) {
  return acceptLanguage
    .split(',')
    .map((element) => {
      const parts = element.split(';').map((part) => part.trim().toLowerCase());
      const weight = parts.slice(1).find((part) => /^q\s*=/.test(part));
      return {
        full: parts[0],
        primary: parts[0].split('-')[0],
        weight: weight === undefined ? 1 : Number.parseFloat(weight.split('=')[1]) || 0,
      };
    })
    .filter((range) => range.full !== '' && range.full[0] !== '*');
}

/** How much the viewer wants a language: by the range that names it best, of those the one with the highest weight. */
function wishFor(language, ranges) {
  return ranges.reduce(
    (best, range, order) => {
      const specificity = range.full === language ? 2 : range.primary === language ? 1 : 0;
      if (specificity === 0 || specificity < best.specificity) return best;
      if (specificity === best.specificity && range.weight < best.weight) return best;
      return { specificity: specificity, weight: range.weight, order: order };
    },
    { specificity: 0, weight: 0, order: -1 },
  );
}

/** The language that the viewer prefers; null if it accepts none of ours. */
function languageOf(acceptLanguage) {
  const ranges = rangesOf(acceptLanguage);
  const wanted = languages
    .map((language) => ({ language: language, wish: wishFor(language, ranges) }))
    .filter((one) => one.wish.weight > 0)
    .sort(
      (one, other) =>
        other.wish.weight - one.wish.weight ||
        other.wish.specificity - one.wish.specificity ||
        one.wish.order - other.wish.order,
    );
  return wanted.length > 0 ? wanted[0].language : null;
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
  const acceptEncoding = request.headers['accept-encoding'];
  const coding = acceptEncoding ? codingOf(acceptEncoding.value) : null;
  if (coding !== null) request.headers['accept-encoding'] = { value: coding };
  const acceptLanguage = request.headers['accept-language'];
  const isNamed = pairs.some(
    (pair) => pair.name === 'language' || pair.text === 'format=json' || pair.text === 'format=ndjson',
  );
  const language = acceptLanguage && !isNamed ? languageOf(acceptLanguage.value) : null;
  delete request.headers['accept-language'];
  if (language !== null) request.headers['accept-language'] = { value: language };
  return request;
}
