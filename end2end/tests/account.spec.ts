// Accounts: problems beside their fields, no way out of the shop, other people's orders.
import { CANDLE, addToCart, buy, expect, register, signIn, signOut, somebody, test } from './shopper';

test('problems stand beside their fields, and what was typed is kept', async ({ page }) => {
  await page.goto('/register');
  await page.locator('main form').evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await page.getByLabel('Name', { exact: true }).fill('Ada');
  await page.getByLabel('E-mail').fill('not an address');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('This does not look like an e-mail address.').first()).toBeVisible();
  await expect(page.getByText('At least 8 characters, please.').first()).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ada');
  await expect(page.getByLabel('E-mail')).toHaveValue('not an address');
  await expect(page.getByLabel('Password')).toHaveValue('');
  await page.reload();
  await expect(page.getByText('This does not look like an e-mail address.')).toHaveCount(0);
});

test('a wrong password says nothing about who has an account', async ({ page }) => {
  const person = await register(page);
  await signOut(page);
  for (const email of [person.email, somebody().email]) {
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('E-mail and password do not match.').first()).toBeVisible();
    await expect(page.getByLabel('E-mail')).toHaveValue(email);
  }
  await signIn(page, person);
});

test('next leads within the shop only', async ({ page, baseURL, watch }) => {
  watch.expected = [404];
  const person = await register(page);
  for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '/%5Cevil.example']) {
    await signOut(page);
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await signIn(page, person);
    expect(page.url().startsWith(`${baseURL}/`)).toBe(true);
  }
  await signOut(page);
  await page.goto('/login?next=%2Fproducts%3Fsort%3Dprice_up');
  await signIn(page, person);
  await expect(page).toHaveURL(/\/products\?sort=price_up/);
});

test("somebody else's order is not there", async ({ page, browser, watch }) => {
  watch.expected = [404];
  await register(page);
  const order = await buy(page, CANDLE);
  const context = await browser.newContext();
  const other = await context.newPage();
  await register(other);
  const answer = await other.goto(order);
  expect(answer?.status()).toBe(404);
  await context.close();
});

test('what one wants to find again is on the wishlist until one takes it off', async ({ page }) => {
  const add = page.getByRole('button', { name: 'Add to wishlist' });
  await page.goto(`/products/${CANDLE.slug}`);
  await add.click();
  await expect(page).toHaveURL(/\/login\?next=%2Fproducts%2F/);
  await register(page);
  await page.goto(`/products/${CANDLE.slug}`);
  await add.click();
  await expect(page.getByText('It is on your wishlist').first()).toBeVisible();
  await page.goto('/account');
  await page.getByRole('link', { name: 'Your wishlist' }).click();
  await expect(page.getByRole('main').getByRole('link', { name: CANDLE.name })).toBeVisible();
  await page.getByRole('button', { name: `Remove ${CANDLE.name}` }).click();
  await expect(page.getByText('There is nothing on it yet.')).toBeVisible();
});

test('an address form keeps what was typed and marks what is missing', async ({ page }) => {
  await register(page);
  await addToCart(page, CANDLE);
  await page.goto('/checkout');
  await page.locator('main form').evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await page.getByRole('textbox', { name: 'City' }).fill('Reykjavík');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(page.getByText('Please fill this in.').first()).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'City' })).toHaveValue('Reykjavík');
  await expect(page.getByRole('textbox', { name: 'Address', exact: true })).toHaveAttribute('aria-invalid', 'true');
});

test('a form says what it takes, and after a refusal its summary has the focus and leads to the fields', async ({ page }) => {
  await page.goto('/register');
  await expect(page.getByLabel('E-mail')).toHaveAttribute('inputmode', 'email');
  await expect(page.getByLabel('E-mail')).toHaveAttribute('maxlength', '254');
  await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('maxlength', '100');
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription('At least 8 characters.');
  await register(page);
  await addToCart(page, CANDLE);
  await page.goto('/checkout');
  const fields = { 'Full name': 100, Address: 120, City: 80 };
  for (const [label, most] of Object.entries(fields)) {
    const field = page.getByRole('textbox', { name: label, exact: true });
    await expect(field, label).toHaveAttribute('maxlength', String(most));
    await expect(field, label).toHaveAttribute('required', '');
  }
  await expect(page.getByRole('textbox', { name: 'State or region (optional)' })).not.toHaveAttribute('required');

  await page.getByRole('textbox', { name: 'Address', exact: true }).fill('Laugavegur 1');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  const summary = page.getByRole('alert');
  await expect(summary).toBeFocused();
  await expect(summary.getByRole('link')).toHaveText([/^Country: /, /^City: /]);
  await expect(page.getByRole('textbox', { name: 'Address', exact: true })).toHaveValue('Laugavegur 1');
  await expect(page.getByRole('textbox', { name: 'City' })).toHaveAccessibleDescription('Please fill this in.');
  await summary.getByRole('link', { name: /^Country/ }).click();
  await expect(page.getByRole('combobox', { name: 'Country' })).toBeFocused();
});
