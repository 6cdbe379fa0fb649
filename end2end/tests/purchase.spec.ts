// From the first page to the last letter.
import { CANDLE, MUG, addToCart, checkOut, expect, expectCount, fillAddress, mails, pay, placeOrder, register, somebody, test, toReview } from './shopper';

test('browse, buy, pay, get mail', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: /Tableware/ }).first().click();
  await expect(page).toHaveURL(/category=tableware/);
  await page.getByRole('main').getByRole('link', { name: new RegExp(MUG.name) }).first().click();
  await expect(page).toHaveURL(new RegExp(`/products/${MUG.slug}`));
  await expect(page.getByRole('heading', { level: 1, name: MUG.name })).toBeVisible();

  await addToCart(page, MUG, '2');
  await expectCount(page, 2);
  await addToCart(page, CANDLE);
  await expectCount(page, 3);

  await page.goto('/cart');
  await page.getByRole('link', { name: 'Checkout' }).click();
  await expect(page).toHaveURL(/\/checkout$/);
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByRole('main').getByRole('link', { name: 'Open an account' }).click();
  const person = await register(page);
  await expect(page).toHaveURL(/\/checkout/);
  await expectCount(page, 3);

  await checkOut(page);
  await expect(page.getByText("12 St James's Square")).toBeVisible();
  const order = await placeOrder(page);
  await expectCount(page, 0);
  await pay(page);
  await expect(page).toHaveURL(new RegExp(order));
  await expect(page.getByText('Payment received').first()).toBeVisible();
  await expect(page.getByText('Paid', { exact: true })).toBeVisible();

  await page.goto('/orders');
  await page.getByRole('main').getByRole('link', { name: /\d{4}/ }).first().click();
  await expect(page).toHaveURL(new RegExp(order));

  await expect(() => {
    const subjects = mails(person);
    expect(subjects.some((s) => s.startsWith('Welcome to'))).toBe(true);
    expect(subjects.some((s) => s.startsWith('We received your order'))).toBe(true);
    expect(subjects.some((s) => s.startsWith('Payment received'))).toBe(true);
    expect(subjects).toHaveLength(3);
  }).toPass({ timeout: 15_000 });
});

test('a guest buys without an account', async ({ page, browser }) => {
  const guest = somebody();
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  await page.getByRole('link', { name: 'Checkout' }).click();
  await expect(page).toHaveURL(/\/checkout$/);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(page.locator('#field-email-problem')).toBeVisible();
  await page.getByLabel('E-mail').fill(guest.email);
  await fillAddress(page);
  await toReview(page);
  await expect(page.getByText(guest.email)).toBeVisible();
  const order = await placeOrder(page);
  await pay(page);
  await expect(page).toHaveURL(new RegExp(order));
  await expect(page.getByText('Payment received').first()).toBeVisible();
  await expect(() => {
    expect(mails(guest).some((s) => s.startsWith('We received your order'))).toBe(true);
  }).toPass({ timeout: 15_000 });
  const elsewhere = await browser.newPage();
  await elsewhere.goto(order);
  await expect(elsewhere).toHaveURL(/\/login\?next=/);
  await elsewhere.close();
});

test('a declined card, then cancelled, then a letter', async ({ page }) => {
  const person = await register(page);
  await addToCart(page, CANDLE);
  await checkOut(page);
  await placeOrder(page);
  await pay(page, 'Decline');
  await expect(page.getByText(/did not go through. Nothing was charged/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pay now' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await expect(page.getByText('You cancelled this order.').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pay now' })).toHaveCount(0);
  await expect(() => expect(mails(person).some((s) => /was cancelled/.test(s))).toBe(true)).toPass({ timeout: 15_000 });
});

test('clicking twice orders once', async ({ page }) => {
  await register(page);
  await addToCart(page, CANDLE);
  await checkOut(page);
  const review = page.url();
  const body = new URLSearchParams({
    key: await page.locator('input[name=key]').inputValue(),
    reviewed: await page.locator('input[name=reviewed]').inputValue(),
  }).toString();
  const action = (await page.locator('form:has(input[name=key])').getAttribute('action')) ?? '';
  const post = () =>
    page.request.post(action, {
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'text/html',
        origin: new URL(review).origin,
        referer: review,
      },
      data: body,
      maxRedirects: 0,
    });
  const answers = await Promise.all([post(), post(), post(), post()]);
  const places = new Set(answers.map((a) => a.headers()['location']));
  expect(answers.map((a) => a.status())).toEqual([303, 303, 303, 303]);
  expect(places.size).toBe(1);
  expect([...places][0]).toMatch(/^\/orders\/[0-9a-f-]{36}$/);
  await page.goto('/orders');
  await expect(page.getByRole('main').getByRole('link', { name: /\d{4}/ })).toHaveCount(1);
});
