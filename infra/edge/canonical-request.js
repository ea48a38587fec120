/**
 * A CloudFront Function (runtime cloudfront-js-2.0) that runs for every request, before the cache: ECMAScript 5.1 with
 * `const`, `let` and arrow functions, without destructuring and `for-of`.
 *
 * - It sorts the query, so that `a=1&b=2` and `b=2&a=1` share one entry of the cache. It changes nothing else in the
 *   query, not even
 *   the percent-encoding, so the API still sees an unknown or repeated parameter and responds with 400.
 * - It sets `x-public-host` to the requested host. The API has another host, and uses this one in its links.
 * - It removes `x-origin-verify`, which CloudFront alone may send.
 * - It reduces `accept` to the format that a timeline will have, as `functions/lib/formats/requested-format.ts` does:
 *   each browser sends
 *   another text. Elsewhere, and with `format` in the query, it has no effect: all its values become one entry of the cache. Where there are
 *   pages, it says whether it names HTML: a broken link leads a browser to a page, and a program to a problem.
 * - It reduces `accept-encoding` to the coding that the viewer prefers, as `functions/lib/http/content-coding.ts` does.
 *   CloudFront
 *   would look for `br` and `gzip` in it without their weights, and forward `gzip;q=0.1, identity;q=0.9` as `gzip`.
 * - It reduces `accept-language` to the language that the response will have, as
 *   `functions/lib/words/preferred-language.ts` does: the
 *   texts of this header differ from browser to browser. Where the response does not depend on it, the header is removed.
 * - It leaves a header as it is that it does not understand or that accepts nothing of ours. Then the function decides.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/general-helper-methods.html for
 *   `rawQueryString`
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

/** The formats of a timeline, the first of which is the default, as in `functions/lib/formats/media-types.ts`. */
const formats = [
  'application/json',
  'application/x-ndjson',
  'text/csv',
  'application/geo+json',
  'application/feed+json',
  'application/atom+xml',
  'application/rss+xml',
  'text/calendar',
  'application/vnd.knightlab.timelinejs+json',
];
/** These have the texts of all languages. */
const formatsOfAllLanguages = ['application/json', 'application/x-ndjson'];

/** A media range with its parameters, none of them quoted. No format depends on one but the weight. */
const mediaRange = /^\s*([\w.+-]+|\*)\/([\w.+-]+|\*)((?:\s*;\s*[\w-]+=[\w.+-]+)*)\s*$/;

function mediaRangeOf(element, order) {
  const parts = mediaRange.exec(element.toLowerCase());
  if (parts === null) return null;
  const weight = /;\s*q=([^;\s]*)/.exec(parts[3]);
  if (weight !== null && !/^[01](\.\d{0,3})?$/.test(weight[1])) return null;
  return { type: parts[1], subtype: parts[2], weight: weight === null ? 1 : Number(weight[1]), order: order };
}

/** How well a range names a media type: 0 by a `*` for both parts, 6 by both; -1 if it does not. */
function fitOf(range, mediaType) {
  const parts = mediaType.split('/');
  if (range.type !== '*' && range.type !== parts[0]) return -1;
  if (range.subtype !== '*' && range.subtype !== parts[1]) return -1;
  return (range.type === '*' ? 0 : 4) + (range.subtype === '*' ? 0 : 2);
}

/** The format that the viewer prefers; null if it accepts none, or if the header is written in another way. */
function formatOf(accept) {
  if (accept.length > 1000) return null;
  const ranges = accept.split(',').map(mediaRangeOf);
  if (ranges.some((range) => range === null)) return null;
  const best = formats
    .map((mediaType, index) =>
      // The range that names it best; of those, the one with the highest weight, then the last.
      ranges.reduce(
        (one, range) => {
          const fit = fitOf(range, mediaType);
          if (fit < one.fit || fit < 0 || (fit === one.fit && range.weight < one.weight)) return one;
          return { mediaType: mediaType, fit: fit, weight: range.weight, order: range.order, index: index };
        },
        { mediaType: mediaType, fit: 0, weight: 0, order: -1, index: index },
      ),
    )
    .filter((one) => one.weight > 0)
    .sort(
      (one, other) =>
        other.weight - one.weight || other.fit - one.fit || one.order - other.order || one.index - other.index,
    );
  return best.length > 0 ? best[0].mediaType : null;
}

/** Whether a browser may get a page at a path, be it that there is nothing. */
const isForReaders = (uri) => !/^\/(v1|docs|oembed|robots\.txt|sitemap\.xml)(\/|$)/.test(uri);

/** What browsers send, and programs do not. */
const asksForPage = /(^|,)\s*text\/html\s*(;|,|$)/i;

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
  const isTimeline = request.uri === '/v1/timeline';
  const accept = request.headers.accept ? request.headers.accept.value.trim() : '';
  const named = pairs.some((pair) => pair.name === 'format');
  let format = '*/*';
  if (isTimeline && !named) format = accept === '' ? formats[0] : formatOf(accept) || accept;
  else if (isForReaders(request.uri) && asksForPage.test(accept)) format = 'text/html';
  request.headers.accept = { value: format };
  const acceptEncoding = request.headers['accept-encoding'];
  const coding = acceptEncoding ? codingOf(acceptEncoding.value) : null;
  if (coding !== null) request.headers['accept-encoding'] = { value: coding };
  const isInOneLanguage = isTimeline
    ? formatsOfAllLanguages.indexOf(format) < 0 &&
      !pairs.some((pair) => pair.text === 'format=json' || pair.text === 'format=ndjson')
    : isForReaders(request.uri);
  const acceptLanguage = request.headers['accept-language'];
  const isAsked = isInOneLanguage && !pairs.some((pair) => pair.name === 'language');
  const language = acceptLanguage && isAsked ? languageOf(acceptLanguage.value) : null;
  delete request.headers['accept-language'];
  if (language !== null) request.headers['accept-language'] = { value: language };
  return request;
}
