// What a checkout is for, whole: a guest buys three things that are taxed, discounted and shipped, and every part adds up
// wherever it is shown; and somebody with an account signs in on the way.
import type { Page } from '@playwright/test';
import {
  CANDLE, MUG, SOAP, addToCart, chooseCountry, expect, expectCount, mails, pay, placeOrder, register, signIn, signOut, somebody, test, textOf, toReview,
} from './shopper';

type Parts = { label: string; cents: number }[];

/** A total as it is shown, part by part, in cents; what is taken off is below zero. */
async function parts(page: Page): Promise<Parts> {
  const rows = page.locator('.totals').first().locator('> div');
  let texts: string[][] = [];
  // The page of an order follows it by itself, and may be on its way.
  await expect(async () => {
    texts = await rows.evaluateAll((all) =>
      all.map((row) => ['dt', 'dd'].map((part) => row.querySelector(part)?.textContent ?? '')),
    );
    expect(texts.length).toBeGreaterThan(2);
  }).toPass({ timeout: 15_000 });
  return texts.map(([label, amount]) => {
    const value = Math.round(Number(amount.replace(/[^\d.]/g, '')) * 100);
    return { label, cents: amount.includes('−') ? -value : value };
  });
}

/** What the parts come to is the total, and what is included in it is 19 percent. */
function addUp(shown: Parts) {
  const total = shown.findIndex(({ label }) => label === 'Total');
  const before = shown.slice(0, total).reduce((sum, { cents }) => sum + cents, 0);
  expect(before).toBe(shown[total].cents);
  const tax = shown.find(({ label }) => label.includes('19 %, included'));
  // Each line is rounded by itself.
  expect(Math.abs((tax?.cents ?? 0) - (shown[total].cents * 19) / 119)).toBeLessThan(3);
}

test('a guest buys three things, taxed, discounted and shipped', async ({ page }) => {
  const guest = somebody();
  await addToCart(page, MUG);
  await addToCart(page, CANDLE);
  await addToCart(page, SOAP);
  await page.goto('/cart');
  await page.getByRole('link', { name: 'Checkout' }).click();
  await page.getByLabel('E-mail').fill(guest.email);
  await chooseCountry(page, 'Germany');
  const fields = { 'Full name': 'Ada Lovelace', Address: 'Friedrichstr. 43', 'Postal code': '10117', City: 'Berlin' };
  for (const [label, text] of Object.entries(fields)) await page.getByRole('textbox', { name: label, exact: true }).fill(text);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByRole('group', { name: 'Shipping method' }).getByRole('radio', { name: 'Express' }).check();
  await page.getByRole('button', { name: 'Continue to review' }).click();
  await expect(page).toHaveURL(/\/checkout\/review$/);
  await page.locator('summary', { hasText: 'Add a promotion code' }).click();
  await page.getByRole('textbox', { name: 'Promotion code' }).fill('WELCOME10');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.locator('.totals').first()).toContainText('WELCOME10');
  const reviewed = await parts(page);
  expect(reviewed.map(({ label }) => label.replace(/ \(.*/, ''))).toEqual(
    expect.arrayContaining(['Subtotal', '10 % off your first order', 'Shipping', 'Total']),
  );
  addUp(reviewed);
  const order = await placeOrder(page);
  expect(await parts(page), 'what was shown is what is placed').toEqual(reviewed);
  await pay(page);
  await expect(page).toHaveURL(new RegExp(order));
  await expect(page.getByText('Payment received').first()).toBeVisible();
  expect(await parts(page)).toEqual(reviewed);
  // And what the mail says.
  await expect(() => expect(mails(guest).some((s) => s.startsWith('Payment received'))).toBe(true)).toPass({ timeout: 15_000 });
  const total = reviewed.find(({ label }) => label === 'Total')?.cents ?? 0;
  expect(textOf(guest, /^Payment received/)).toContain(`Total: $${(total / 100).toFixed(2)}`);
});

test('who signs in on the way to an order orders what they saw', async ({ page }) => {
  const person = await register(page);
  await addToCart(page, MUG, '2');
  await addToCart(page, SOAP);
  await signOut(page);
  await expectCount(page, 0);
  await addToCart(page, MUG);
  // What is given before the sign-in is where it goes after it.
  await page.goto('/checkout');
  await page.getByLabel('E-mail').fill(person.email);
  await chooseCountry(page, 'Germany');
  const fields = { 'Full name': 'Ada Lovelace', Address: 'Friedrichstr. 43', 'Postal code': '10117', City: 'Berlin' };
  for (const [label, text] of Object.entries(fields)) await page.getByRole('textbox', { name: label, exact: true }).fill(text);
  await toReview(page);
  await page.goto('/checkout');
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, person);
  await expect(page).toHaveURL(/\/checkout$/);
  await expectCount(page, 1);
  await expect(page.getByRole('textbox', { name: 'Address', exact: true })).toHaveValue('Friedrichstr. 43');
  await expect(page.getByRole('combobox', { name: 'Country' })).toHaveValue('DE');
  await page.goto('/checkout/review');
  await expect(page.locator('address').getByText('10117 Berlin')).toBeVisible();
});
