// What a shopper does, by role and label, and what every page owes them: no error in the console, no answer of ours
// that is broken. `test` and `expect` are taken from here.
import { test as base, expect, type Page } from '@playwright/test';
import { ADDRESS, somebody, type Person, type Product } from './world';

export { expect };
export { CANDLE, MUG, OLGA, PATTERN, SOAP, htmlOf, linkIn, mails, somebody, textOf, type Person, type Product } from './world';

type Watch = {
  /** Answers with these statuses are part of the test, and so is Chromium's remark on them. */
  expected: number[];
};

export const test = base.extend<{ watch: Watch }>({
  // Each test comes from a place of its own, as shoppers do: from one place guests order only so often, and nobody guesses
  // codes or passwords for ever. The shop believes it of this machine, as of a proxy.
  extraHTTPHeaders: async ({}, use, { testId }) => {
    const number = parseInt(testId.replace(/[^0-9a-f]/g, '').slice(-6), 16);
    await use({ 'x-forwarded-for': `10.${[16, 8, 0].map((bits) => (number >> bits) & 255).join('.')}` });
  },
  watch: [
    async ({ page }, use) => {
      const watch: Watch = { expected: [] };
      const troubles: string[] = [];
      page.on('pageerror', (error) => {
        // A page that is left before it has faded in: the browser's own promise, which nobody holds.
        if (/^Transition was (aborted|skipped)/.test(error.message)) return;
        troubles.push(`error on ${page.url()}: ${error.message}`);
      });
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        const remark = /status of (\d{3})/.exec(message.text());
        if (remark && watch.expected.includes(Number(remark[1]))) return;
        // What is preloaded for scripts is not used where there are none; and a busy machine is not done with it in time.
        const isLate = message.text().includes('preloaded using link preload but not used');
        if (isLate && (!withScripts() || /\.wasm was preloaded/.test(message.text()))) return;
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

export const withScripts = () => !test.info().project.name.includes('without');

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

/** Whatever a page has of scripts is at work: before that its forms are sent as without them. */
export const awake = (page: Page) => expect(page.locator('html')).toHaveAttribute('data-islands', 'awake');

/** The calls of a server function, in the order in which they are made. */
export function calls(page: Page, name: string): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith(`/do/${name}`)) seen.push(request.postData() ?? '');
  });
  return seen;
}

/** Puts a product into the cart from its page; with scripts that happens in place. */
export async function addToCart(page: Page, product: Product, quantity = '1') {
  await page.goto(`/products/${product.slug}`);
  await page.getByLabel('Quantity').fill(quantity);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await expect(page.getByText('Added to your cart').first()).toBeVisible();
}

/** The fields follow: in place, or by a button. */
export async function chooseCountry(page: Page, name: string) {
  // By role: what is hidden, such as another billing address, is not meant.
  const country = page.getByRole('combobox', { name: 'Country' });
  await country.selectOption({ label: name });
  const code = await country.inputValue();
  if (!withScripts()) await page.getByRole('button', { name: 'Update fields' }).click();
  await expect(page.locator('.address-parts:visible')).toHaveAttribute('data-country', code);
}

export async function fillAddress(page: Page) {
  await chooseCountry(page, ADDRESS.country.name);
  for (const [label, text] of Object.entries(ADDRESS.fields)) {
    await page.getByRole('textbox', { name: label, exact: true }).fill(text);
  }
}

/** From an address that is given to the last step, by the method that is chosen already. */
export async function toReview(page: Page) {
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(page).toHaveURL(/\/checkout\/(shipping|review)$/);
  // Where there is one way only, nothing is asked.
  if (page.url().endsWith('/shipping')) await page.getByRole('button', { name: 'Continue to review' }).click();
  await expect(page).toHaveURL(/\/checkout\/review$/);
}

/** From a filled cart to the last step. */
export async function checkOut(page: Page) {
  await page.goto('/cart');
  await page.getByRole('link', { name: 'Checkout' }).click();
  await fillAddress(page);
  await toReview(page);
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

/** To the payment provider's page, and what is done there. */
export async function pay(page: Page, answer: 'Approve' | 'Decline' = 'Approve') {
  await page.getByRole('button', { name: 'Pay now' }).click();
  await expect(page).toHaveURL(/\/sandbox\//);
  await expect(page.getByText('no card is asked for and no money moves')).toBeVisible();
  await page.getByRole('button', { name: answer, exact: true }).click();
  await expect(page).toHaveURL(/\/orders\/[0-9a-f-]{36}(\?token=\w+)?$/);
  if (answer === 'Approve') await expectPaid(page);
}

/** The page of an order follows it by itself, at last to its invoice: what is pressed before it has come anew is lost. */
export async function expectPaid(page: Page) {
  await expect(page.getByText('Paid', { exact: true })).toBeVisible();
  if (withScripts()) await expect(page.getByRole('link', { name: /^Invoice / })).toBeVisible();
}

/** A whole order, up to the payment. */
export async function buy(page: Page, product: Product, quantity = '1'): Promise<string> {
  await addToCart(page, product, quantity);
  await checkOut(page);
  return placeOrder(page);
}

/** How many things the header says are in the cart. */
export async function expectCount(page: Page, count: number) {
  // Two are not twelve.
  await expect(page.getByRole('banner').getByRole('link', { name: /^Cart/ })).toContainText(new RegExp(`(?<!\\d)${count}(?!\\d)`));
}
