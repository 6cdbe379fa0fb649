// A second factor: set up, asked for at the sign-in, and done without by a recovery code, with and without scripts. The codes
// are computed here, as a phone does.
import { createHmac } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expectNoBarriersAtBothWidths } from './look';
import { expect, register, signOut, test, textOf, type Person } from './shopper';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const STEP = 30_000;
const step = () => Math.floor(Date.now() / STEP);

/** Each code works once, and as long as it is shown: waits for one that is not `used`, with time left to type it. */
async function freshStep(used = 0) {
  const isFresh = () => step() > used && STEP - (Date.now() % STEP) > 8_000;
  await expect.poll(isFresh, { timeout: 2 * STEP, intervals: [250] }).toBe(true);
  return step();
}

/** What an app shows for this key in this half minute. */
function codeOf(key: string, at: number): string {
  const bits = [...key.replace(/\s/g, '')].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counted = Buffer.alloc(8);
  counted.writeBigUInt64BE(BigInt(at));
  const hash = createHmac('sha1', secret).update(counted).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** The first step: the password is right, and nobody is signed in yet. */
async function givePassword(page: Page, person: Person) {
  await page.goto('/login?next=/account/security');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
}

test('whoever has an authenticator app signs in with its code, or with one from paper', async ({ page }) => {
  const person = await register(page);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Sign-in and security' }).click();
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('button', { name: 'Set up an app' }).click();
  await expect(page.getByRole('img', { name: 'The key for your authenticator app' })).toBeVisible();
  await expectNoBarriersAtBothWidths(page);
  const key = (await page.locator('.factor-key').textContent())!;
  await page.getByLabel('Code').fill('12 34');
  await page.getByRole('button', { name: 'Switch it on' }).click();
  await expect(page.locator('#field-code-problem')).toContainText('neither six digits nor a recovery code');
  const used = await freshStep();
  await page.getByLabel('Code').fill(codeOf(key, used));
  await page.getByRole('button', { name: 'Switch it on' }).click();
  await expect(page.getByText('shown this once')).toBeVisible();
  await expectNoBarriersAtBothWidths(page);
  const codes = await page.getByRole('status').getByRole('listitem').allTextContents();
  expect(codes).toHaveLength(10);
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save the new codes as a file' }).click();
  expect((await saved).suggestedFilename()).toBe('recovery-codes.txt');
  await expect.poll(() => textOf(person, /^Your account has a second factor/), { timeout: 15_000 }).toBeTruthy();

  await signOut(page);
  await givePassword(page, person);
  await expectNoBarriersAtBothWidths(page);
  // The code of that half minute was used to switch it on.
  await page.getByLabel('Code').fill(codeOf(key, await freshStep(used)));
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/account\/security$/);

  await signOut(page);
  await givePassword(page, person);
  await page.getByLabel('Code').fill(codes[0].toLowerCase());
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('9 of your recovery codes are left.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove the app' }).click();
  await expect(page.getByText('no code of it is asked for any more')).toBeVisible();
});
