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

let people = 0;

/** Somebody new, with an address nobody else has. */
export function somebody(name = 'Ada Lovelace'): Person {
  people += 1;
  const { workerIndex, project } = test.info();
  const tag = `${project.name}-${workerIndex}-${Date.now()}-${people}`;
  return { name, email: `${tag}@example.org`, password: 'correct horse battery' };
}

/** The subjects of the mail somebody got, in the order of their files. */
export function mails(person: Person): string[] {
  const dir = process.env.MAIL_DIR;
  if (!dir) throw new Error('MAIL_DIR is not set: run the suite with `make e2e`');
  return readdirSync(dir)
    .filter((file) => file.endsWith('.eml'))
    .sort()
    .map((file) => readFileSync(join(dir, file), 'utf8'))
    .filter((text) => text.includes(person.email))
    .map((text) => /^Subject: (.*)$/m.exec(text)?.[1]?.trim() ?? '');
}
