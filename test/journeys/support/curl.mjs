// Does what curl does, for those of its options that the README uses; refuses all else. So the README's lines can be
// run as they stand on a machine without curl, and none uses what this file has not been taught.

const [, , ...words] = process.argv;

function refuse(reason) {
  console.error(`curl: ${reason}`);
  process.exit(2);
}

let silent = false;
let withHeaders = false;
let method;
let body;
let url;
const headers = {};

while (words.length > 0) {
  const word = words.shift();
  const value = () => words.shift() ?? refuse(`${word} needs a value`);
  if (word === '-s') silent = true;
  else if (word === '-i') withHeaders = true;
  else if (word === '-I') {
    method = 'HEAD';
    withHeaders = true;
  } else if (word === '-X') method = value();
  else if (word === '-H') {
    const [, name, content] = /^([\w-]+): (.+)$/.exec(value()) ?? refuse('a header is NAME: VALUE');
    headers[name] = content;
  } else if (word === '-d') {
    if (body !== undefined) refuse('one -d only');
    body = value();
    if (body.startsWith('@')) refuse('-d @file is not known here');
  } else if (word.startsWith('-') || url !== undefined) refuse(`${word} is not known here`);
  else url = word;
}
if (!silent) refuse('without -s it shows a progress bar');
// curl itself would take brackets and braces for patterns.
if (!url || /[[\]{}\s]/.test(url)) refuse(`${url} is no address`);
if (body !== undefined && !('Content-Type' in headers)) headers['Content-Type'] = 'application/x-www-form-urlencoded';

const response = await fetch(url, { method: method ?? (body === undefined ? 'GET' : 'POST'), headers, body });
if (withHeaders) {
  console.log(`HTTP/1.1 ${response.status} ${response.statusText}`);
  for (const [name, content] of response.headers) console.log(`${name}: ${content}`);
  console.log('');
}
process.stdout.write(await response.text());
