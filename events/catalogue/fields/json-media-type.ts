import { parse } from 'content-type';
import * as z from 'zod';
import { once } from '../../input/once.ts';

const longest = 200;

/** RFC 9110 §8.3.1: a parameter has a name and a value, which is a token or a quoted string. */
const token = "[!#$%&'*+.^_`|~\\w-]+";
const quoted = '"(?:[ !#-\\[\\]-~\\t]|\\\\[ -~\\t])*"';
const json = new RegExp(`^application/json(?:[ \\t]*;(?:[ \\t]*${token}=(?:${token}|${quoted}))?)*$`, 'i');
const utf8 = /^utf-?8$/i;

const isUtf8 = (text: string) => utf8.test(parse(text).parameters.charset ?? 'utf-8');

/** The media type of JSON, with any parameters. The charset must be UTF-8. It is stored as sent. */
export const jsonMediaTypeSchema = once(() =>
  z.string().max(longest).regex(json, 'Must be application/json.').refine(isUtf8, 'Must be application/json in UTF-8.'),
);
