/**
 * Pairs of countries (ISO 3166-1, numeric) whose border is disputed along a part of it at least. Their borders are
 * dashed: the outlines show who controls an area, and a map of a newsroom must not decide whose it is.
 */
const pairs = new Set([
  '031 051', // Azerbaijan, Armenia
  '643 804', // Russia, Ukraine
  '268 643', // Georgia, Russia
  '275 376', // Palestine, Israel
  '376 760', // Israel, Syria
  '376 422', // Israel, Lebanon
  '156 356', // China, India
  '356 586', // India, Pakistan
  '156 586', // China, Pakistan
  '064 156', // Bhutan, China
  '504 732', // Morocco, Western Sahara
  '478 732', // Mauritania, Western Sahara
  '408 410', // North Korea, South Korea
  '729 728', // Sudan, South Sudan
  '729 818', // Sudan, Egypt
  '404 728', // Kenya, South Sudan
  '328 862', // Guyana, Venezuela
  '328 740', // Guyana, Suriname
  '417 762', // Kyrgyzstan, Tajikistan
  '116 764', // Cambodia, Thailand
]);

/** Whether a border is disputed. What has no code is not recognized by all, such as Kosovo and Northern Cyprus. */
export function isDisputed(one: string | number | undefined, other: string | number | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  return pairs.has(`${one} ${other}`) || pairs.has(`${other} ${one}`);
}
