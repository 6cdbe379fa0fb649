// What guests get after ordering: the link in their mail, a way to it, and an account that takes the order along.
import type { Page } from '@playwright/test';
import { expectNoBarriersAtBothWidths } from './look';
import { CANDLE, MUG, addToCart, expect, expectCount, fillAddress, linkIn, placeOrder, register, signIn, signOut, somebody, test, toReview, type Person } from './shopper';

/** Orders without an account; the path of the order. */
async function orderAsGuest(page: Page, guest: Person): Promise<string> {
  await addToCart(page, CANDLE);
  await page.goto('/checkout');
  await page.getByLabel('E-mail').fill(guest.email);
  await fillAddress(page);
  await toReview(page);
  return placeOrder(page);
}

/** The link in the mail with this subject, once it has come. */
async function mailed(guest: Person, subject: RegExp): Promise<string> {
  let link: string | undefined;
  await expect(() => {
    link = linkIn(guest, subject);
    expect(link).toBeTruthy();
  }).toPass({ timeout: 15_000 });
  return new URL(link!).pathname + new URL(link!).search;
}

const numberOn = async (page: Page) =>
  /\d{4,}/.exec((await page.getByRole('heading', { level: 1 }).textContent()) ?? '')![0];

test('the link in the mail opens the order elsewhere, and cancels it', async ({ page, browser }) => {
  const guest = somebody();
  const order = await orderAsGuest(page, guest);
  const link = await mailed(guest, /^We received your order/);
  expect(link).toMatch(new RegExp(`^${order}\\?token=[0-9a-f]{64}$`));
  const context = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled ?? true });
  const elsewhere = await context.newPage();
  await elsewhere.goto(link);
  await expect(elsewhere.getByText(guest.email).first()).toBeVisible();
  await elsewhere.getByRole('button', { name: 'Cancel order' }).click();
  await expect(elsewhere.getByText('You cancelled this order.').first()).toBeVisible();
  expect(elsewhere.url()).toMatch(new RegExp(`${order}$`));
  await context.close();
});

test('back from the order, each step of the checkout says that it is placed and leads to it', async ({ page, browser }) => {
  const order = await orderAsGuest(page, somebody());
  const number = await numberOn(page);
  const context = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled ?? true });
  const stranger = await context.newPage();
  await page.goBack();
  await expect(page).toHaveURL(/\/checkout\/review$/);
  for (const step of ['/checkout/review', '/checkout/shipping', '/checkout']) {
    if (!page.url().endsWith(step)) await page.goto(step);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your order is placed');
    await expect(page.getByRole('main')).toContainText(`It is order ${number}, and your cart is empty again.`);
    await expect(page.getByRole('link', { name: 'See your order' })).toHaveAttribute('href', order);
    await stranger.goto(step);
    await expect(stranger.getByRole('main')).toContainText('Your cart is empty.');
    await expect(stranger.getByRole('link', { name: 'See your order' })).toHaveCount(0);
  }
  await context.close();
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('link', { name: 'See your order' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Order ${number}`);
});

test('who lost the link is sent it again', async ({ page }) => {
  const guest = somebody();
  const order = await orderAsGuest(page, guest);
  const number = await numberOn(page);
  await page.getByRole('contentinfo').getByRole('link', { name: 'Track an order' }).click();
  await page.getByLabel('Order number').fill(`#${number}`);
  await page.getByLabel('E-mail').fill(guest.email.toUpperCase());
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await expect(page.getByText('If there is such an order, we have sent you a link')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Look at your mail' })).toBeVisible();
  expect(await mailed(guest, /^The link to your order/)).toMatch(new RegExp(`^${order}\\?token=`));
  await page.getByRole('link', { name: 'Try another number' }).click();
  await page.getByLabel('Order number').fill('7');
  await page.getByLabel('E-mail').fill(guest.email);
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await expect(page.getByText('If there is such an order, we have sent you a link')).toBeVisible();
});

test('an account is opened on the order page and has the order', async ({ page }) => {
  test.setTimeout(120_000);
  const guest = somebody();
  const order = await orderAsGuest(page, guest);
  await addToCart(page, MUG, '2');
  await page.goto(order);
  const invitation = page.getByRole('region', { name: 'Keep this order in an account' });
  await invitation.getByLabel('Password').fill('short');
  await invitation.getByRole('button', { name: 'Create account' }).click();
  await expect(page.locator('#field-password-problem')).toContainText('At least 8 characters');
  await invitation.getByLabel('Password').fill(guest.password);
  await invitation.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('Your account is ready')).toBeVisible();
  await expect(invitation).toHaveCount(0);
  await expectCount(page, 2);
  await page.getByRole('link', { name: 'Your orders' }).first().click();
  await expect(page.getByRole('main').locator(`a[href="${order}"]`)).toBeVisible();
  await signOut(page);
  await signIn(page, guest);
  await page.goto(order);
  await expect(page.getByText(guest.email).first()).toBeVisible();
});

test('signing in takes along what was ordered before', async ({ page }) => {
  test.setTimeout(120_000);
  const person = await register(page);
  await signOut(page);
  const order = await orderAsGuest(page, person);
  const invitation = page.getByRole('region', { name: 'Keep this order in an account' });
  await invitation.getByLabel('Password').fill('another password');
  await invitation.getByRole('button', { name: 'Create account' }).click();
  await expect(invitation.getByText('already an account with this e-mail address')).toBeVisible();
  await invitation.getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, person);
  await expect(page).toHaveURL(new RegExp(`${order}$`));
  await page.goto('/orders');
  await expect(page.getByRole('main').locator(`a[href="${order}"]`)).toBeVisible();
});
