// What is known of the shop and its people whatever browser looks at it: nothing in here drives one.
import { test } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Product = { slug: string; name: string };

export const MUG: Product = { slug: 'speckled-stoneware-mug', name: 'Speckled Stoneware Mug' };
export const CANDLE: Product = { slug: 'beeswax-pillar-candle', name: 'Beeswax Pillar Candle' };
export const SOAP: Product = { slug: 'olive-oil-soap', name: 'Olive Oil Soap' };
/** A file that is sent by mail: there is nothing to ship. */
export const PATTERN: Product = { slug: 'table-runner-weaving-pattern', name: 'Table Runner Weaving Pattern' };

/** An address by the labels that its country gives the fields; the country by its code and name. */
export const ADDRESS = {
  fields: {
    'Full name': 'Ada Lovelace',
    Address: "12 St James's Square",
    'Town or city': 'London',
    'Postal code': 'SW1Y 4JH',
  },
  country: { code: 'GB', name: 'United Kingdom' },
};

export type Person = { name: string; email: string; password: string };

/** An owner, made at the terminal by scripts/serve-for-tests. */
export const OLGA: Person = { name: 'Olga Owner', email: 'olga@example.org', password: 'correct horse battery' };

let people = 0;

/** Somebody new, with an address nobody else has. */
export function somebody(name = 'Ada Lovelace'): Person {
  people += 1;
  const { workerIndex, project } = test.info();
  const tag = `${project.name}-${workerIndex}-${Date.now()}-${people}`;
  return { name, email: `${tag}@example.org`, password: 'correct horse battery' };
}

/** The mail somebody got, in the order of its files. */
function letters(person: Person): { subject: string; text: string; html: string }[] {
  const dir = process.env.MAIL_DIR;
  if (!dir) throw new Error('MAIL_DIR is not set: run the suite with `make e2e`');
  return readdirSync(dir)
    .filter((file) => file.endsWith('.eml'))
    .sort()
    .map((file) => readFileSync(join(dir, file), 'utf8'))
    .filter((text) => text.includes(person.email))
    .map((mail) => ({
      subject: /^Subject: (.*)$/m.exec(mail)?.[1]?.trim() ?? '',
      text: decoded(mail, 'plain'),
      html: decoded(mail, 'html'),
    }));
}

/** A part of a mail, its words or the same as HTML, however that is encoded. */
function decoded(mail: string, kind: 'plain' | 'html'): string {
  const from = mail.slice(Math.max(0, mail.search(new RegExp(`^Content-Type: text/${kind}`, 'im'))));
  const part = from.split(/\r?\n--\w{20,}/)[0];
  const at = part.search(/\r?\n\r?\n/);
  const [head, body] = [part.slice(0, at), part.slice(at).trim()];
  if (/^Content-Transfer-Encoding: base64/im.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/^Content-Transfer-Encoding: quoted-printable/im.test(head)) return body;
  const bytes = body
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The subjects of the mail somebody got. */
export const mails = (person: Person): string[] => letters(person).map((letter) => letter.subject);

/** The text of the first mail with this subject. */
export const textOf = (person: Person, subject: RegExp): string | undefined =>
  letters(person).find((letter) => subject.test(letter.subject))?.text;

/** The HTML of the first mail with this subject. */
export const htmlOf = (person: Person, subject: RegExp): string | undefined =>
  letters(person).find((letter) => subject.test(letter.subject))?.html;

/** The link to an order in the first mail with this subject. */
export const linkIn = (person: Person, subject: RegExp): string | undefined =>
  /https?:\/\/\S+\/orders\/\S+/.exec(textOf(person, subject) ?? '')?.[0];
