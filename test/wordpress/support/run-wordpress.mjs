// A program: a site of WordPress, as far as the example needs one. It reads steps from standard input, one JSON object
// on each line, and prints the site after each: { post: fields of a post, meta: fields that an editor changes, hook:
// the action that follows, url }.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { getPHPLoaderModule } from '@php-wasm/node-8-3';
import { loadPHPRuntime, PHP } from '@php-wasm/universal';

const [, , url, key] = process.argv;
const here = import.meta.dirname;
const example = join(here, '..', '..', '..', 'examples', 'wordpress', 'timeline.php');

async function send(message) {
  const [address, { method, headers, body }] = JSON.parse(message);
  try {
    const response = await fetch(address, { method, headers, body });
    return JSON.stringify({ status: response.status, body: await response.text() });
  } catch (error) {
    return JSON.stringify({ error: error.message });
  }
}

const php = new PHP(await loadPHPRuntime(await getPHPLoaderModule()));
php.onMessage(send);
php.writeFile('/timeline.php', readFileSync(example));
php.writeFile('/wordpress.php', readFileSync(join(here, 'wordpress.php')));
let site = { url, key, current: null, posts: {}, meta: {}, scheduled: [] };

for await (const line of createInterface({ input: process.stdin })) {
  const { post, meta = {}, hook, url: changedUrl = url } = JSON.parse(line);
  const posts = { ...site.posts, [post.ID]: { ...site.posts[post.ID], ...post } };
  const fields = { ...site.meta[post.ID], ...meta };
  site = {
    ...site,
    url: changedUrl,
    current: post.ID,
    posts,
    meta: { ...site.meta, [post.ID]: fields },
    scheduled: [],
  };
  php.writeFile('/site.json', JSON.stringify(site));
  const values = hook === 'wp_after_insert_post' ? '$id, get_post( $id ), true, null' : '$id';
  const { text, errors, exitCode } = await php.run({
    code: `<?php require '/wordpress.php'; $id = ${post.ID}; do_action( '${hook}', ${values} ); do_action( 'admin_notices' );
      file_put_contents( '/site.json', json_encode( $GLOBALS['site'] ) );`,
  });
  site = JSON.parse(php.readFileAsText('/site.json'));
  console.log(JSON.stringify({ notice: text, errors, exitCode, meta: site.meta[post.ID], scheduled: site.scheduled }));
}
process.exit(0);
