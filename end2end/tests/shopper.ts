// What a shopper does, by role and label, and what every page owes them: no error in the console, no answer of ours
// that is broken. `test` and `expect` are taken from here.
import { test as base, expect, type Page } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export { expect };

type Watch = {
  /** Answers with these statuses are part of the test, and so is Chromium's remark on them. */
  expected: number[];
};

export const test = base.extend<{ watch: Watch }>({
  watch: [
    async ({ page }, use) => {
      const watch: Watch = { expected: [] };
      const troubles: string[] = [];
      page.on('pageerror', (error) => troubles.push(`error on ${page.url()}: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        const remark = /status of (\d{3})/.exec(message.text());
        if (remark && watch.expected.includes(Number(remark[1]))) return;
        // What is preloaded for scripts is not used where there are none.
        if (!withScripts() && message.text().includes('preloaded using link preload but not used')) return;
        troubles.push(`console on ${page.url()}: ${message.text()}`);
      });
      page.on('response', (response) => {
        if (response.status() >= 500) troubles.push(`${response.status()} from ${response.url()}`);
      });
      await use(watch);
      expect(troubles).toEqual([]);
    },
    { auto: true },
  ],
});

export const MUG = { slug: 'speckled-stoneware-mug', name: 'Speckled Stoneware Mug' };
export const CANDLE = { slug: 'beeswax-pillar-candle', name: 'Beeswax Pillar Candle' };

export const withScripts = () => !test.info().project.name.includes('without');

let people = 0;

export type Person = { name: string; email: string; password: string };

/** Somebody new, with an address nobody else has. */
export function somebody(name = 'Ada Lovelace'): Person {
  people += 1;
  const { workerIndex, project } = test.info();
  const tag = `${project.name}-${workerIndex}-${Date.now()}-${people}`;
  return { name, email: `${tag}@example.org`, password: 'correct horse battery' };
}

export async function register(page: Page, person = somebody()): Promise<Person> {
  if (!page.url().includes('/register')) await page.goto('/register');
  await page.getByLabel('Name', { exact: true }).fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).not.toHaveURL(/register/);
  return person;
}

export async function signIn(page: Page, person: Person) {
  if (!page.url().includes('/login')) await page.goto('/login');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/\/login/);
}

export async function signOut(page: Page) {
  await page.goto('/account');
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
  await expect(page).not.toHaveURL(/\/account/);
}

/** Puts a product into the cart from its page; with scripts that happens in place. */
export async function addToCart(page: Page, product: { slug: string; name: string }, quantity = '1') {
  await page.goto(`/products/${product.slug}`);
  await page.getByLabel('Quantity').fill(quantity);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await expect(page.getByText('Added to your cart').first()).toBeVisible();
}

export async function fillAddress(page: Page) {
  await page.getByLabel('Full name').fill('Ada Lovelace');
  await page.getByLabel('Address', { exact: true }).fill("12 St James's Square");
  await page.getByLabel('City').fill('London');
  await page.getByLabel('Postal code').fill('SW1Y 4JH');
  await page.getByLabel('Country').selectOption({ label: 'United Kingdom' });
}

/** From a filled cart to the last step. */
export async function checkOut(page: Page) {
  await page.goto('/cart');
  await page.getByRole('link', { name: 'Checkout' }).click();
  await fillAddress(page);
  await page.getByRole('button', { name: 'Continue to review' }).click();
  await expect(page.getByRole('button', { name: 'Place order' })).toBeVisible();
}

/** Orders, and waits until the order can be paid: the page follows by itself, or is reloaded. */
export async function placeOrder(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Place order' }).click();
  await expect(page).toHaveURL(/\/orders\/[0-9a-f-]{36}/);
  await expect(async () => {
    if (!withScripts()) await page.reload();
    await expect(page.getByRole('button', { name: 'Pay now' })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 15_000 });
  return new URL(page.url()).pathname;
}

/** A whole order, up to the payment. */
export async function buy(page: Page, product: { slug: string; name: string }, quantity = '1'): Promise<string> {
  await addToCart(page, product, quantity);
  await checkOut(page);
  return placeOrder(page);
}

/** The subjects of the letters somebody got, in the order of their files. */
export function letters(person: Person): string[] {
  const dir = process.env.MAIL_DIR;
  if (!dir) throw new Error('MAIL_DIR is not set: run the suite with `make e2e`');
  return readdirSync(dir)
    .filter((file) => file.endsWith('.eml'))
    .sort()
    .map((file) => readFileSync(join(dir, file), 'utf8'))
    .filter((text) => text.includes(person.email))
    .map((text) => /^Subject: (.*)$/m.exec(text)?.[1]?.trim() ?? '');
}

/** How many things the header says are in the cart. */
export async function expectCount(page: Page, count: number) {
  await expect(page.getByRole('banner').getByRole('link', { name: /^Cart/ })).toContainText(String(count));
}
