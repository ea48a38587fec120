/**
 * The address of the API, without a slash at its end. `fetch` fails for an address with a user name or a password as it
 * does for a broken connection, so the client would retry without end.
 *
 * @throws {TypeError} if it is no address below which the API can be
 */
export function baseOf(url: string): string {
  const { protocol, username, password, search, hash, origin, pathname } = URL.canParse(url)
    ? new URL(url)
    : new URL('none:');
  // What was typed may have a password, so it is not repeated.
  if (username || password) throw new TypeError('The url has a user name or a password.');
  if (!/^https?:$/.test(protocol) || search || hash)
    throw new TypeError(`The url ${JSON.stringify(url)} is no address such as https://timeline.example.org.`);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

/** @throws {TypeError} if the key cannot be sent, as when something else was copied with it */
export function keyOf(key: string | undefined): string | undefined {
  try {
    new Headers({ authorization: `Bearer ${key}` });
  } catch {
    throw new TypeError('The key has characters that no key has.');
  }
  return key;
}
