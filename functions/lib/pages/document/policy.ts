import { createHash } from 'node:crypto';
import type { PageContext } from './page.ts';
import { pageCaching } from './page-caching.ts';
import { type PageSettings, pageSettings } from './page-settings.ts';
import { styleOf } from './style.ts';

function imageSources({ logo, mediaHosts }: PageSettings): string {
  const logoHost = logo === undefined ? undefined : URL.parse(logo)?.host;
  const hosts = [...new Set([...mediaHosts, ...(logoHost === undefined ? [] : [logoHost])])];
  return ["'self'", 'data:', ...hosts.map((host) => `https://${host}`)].join(' ');
}

/**
 * The headers of a page. A browser loads nothing but its own style, by its hash, the icon that is in it, and images of
 * the hosts that the configuration names; forms go to the site itself. Pages of other sites may show in a frame only
 * what is for frames.
 *
 * @param hasScript whether it may load the script of this site, and what that asks for
 */
export function pageHeaders(
  { language, isEmbedded, asked }: Pick<PageContext, 'language' | 'isEmbedded' | 'asked'>,
  hasScript = false,
  settings: PageSettings = pageSettings,
): Record<string, string> {
  const hash = createHash('sha256').update(styleOf(settings)).digest('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    ...(hasScript ? ["script-src 'self'", "connect-src 'self'"] : []),
    `img-src ${imageSources(settings)}`,
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${isEmbedded ? '*' : "'none'"}`,
  ];
  return {
    ...pageCaching(language, asked.language),
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
  };
}
