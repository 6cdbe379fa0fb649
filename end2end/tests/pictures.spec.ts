// Every page at two widths: kept as a picture, checked by axe, never wider than a small phone.
import { look } from './look';
import { CANDLE, MUG, addToCart, checkOut, expect, expectPaid, fillAddress, placeOrder, register, somebody, test, toReview } from './shopper';

test('pages anybody sees', async ({ page, watch }) => {
  test.setTimeout(240_000);
  watch.expected = [404];
  const pages = {
    home: '/',
    listing: '/products',
    'listing-category': '/products?category=tableware',
    'listing-search': '/products?q=linen',
    'listing-empty': '/products?q=zzzzqqqq',
    product: `/products/${MUG.slug}`,
    'product-single': `/products/${CANDLE.slug}`,
    'cart-empty': '/cart',
    login: '/login',
    register: '/register',
    track: '/track',
    terms: '/pages/terms',
    withdrawal: '/pages/withdrawal',
    contact: '/pages/contact',
    'not-found': '/no-such-page',
    'api-docs': '/api/docs',
  };
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path);
    await look(page, name);
  }
});

test('pages of a guest after an order', async ({ page }) => {
  test.setTimeout(240_000);
  const guest = somebody();
  await addToCart(page, CANDLE);
  await page.goto('/checkout');
  await page.getByLabel('E-mail').fill(guest.email);
  await fillAddress(page);
  await toReview(page);
  await placeOrder(page);
  await look(page, 'order-of-a-guest');
  const invitation = page.getByRole('region', { name: 'Keep this order in an account' });
  await invitation.getByRole('button', { name: 'Create account' }).click();
  await expect(page.locator('#field-password-problem')).toBeVisible();
  await look(page, 'order-of-a-guest-problem');
  await page.goto('/track');
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await expect(page.locator('#field-number-problem')).toBeVisible();
  await look(page, 'track-problems');
  await page.getByLabel('Order number').fill('1');
  await page.getByLabel('E-mail').fill(guest.email);
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await expect(page.getByRole('heading', { name: 'Look at your mail' })).toBeVisible();
  await look(page, 'track-asked');
});

test('pages of a customer on the way to an order', async ({ page }) => {
  test.setTimeout(240_000);
  await register(page);
  await look(page, 'after-registering');
  await addToCart(page, MUG, '2');
  await look(page, 'product-added');
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  await look(page, 'cart');
  await page.goto('/checkout');
  await look(page, 'checkout');
  await page.locator('main form').evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(page.getByText('Please fill this in.').first()).toBeVisible();
  await look(page, 'checkout-problems');
  await fillAddress(page);
  await checkOut(page);
  await look(page, 'review');
  await page.getByRole('link', { name: 'Change shipping' }).click();
  await expect(page.getByRole('group', { name: 'Shipping method' })).toBeVisible();
  await look(page, 'shipping');
  await page.getByRole('button', { name: 'Continue to review' }).click();
  await placeOrder(page);
  await look(page, 'order-payable');
  await page.getByRole('button', { name: 'Pay now' }).click();
  await expect(page.getByRole('heading', { name: 'Sandbox payment' })).toBeVisible();
  await page.locator('summary').click();
  await look(page, 'sandbox');
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await expectPaid(page);
  await look(page, 'order-paid');
  await page.goto('/orders');
  await look(page, 'orders');
  await page.goto('/account');
  await look(page, 'account');
  await page.goto('/account/addresses/new');
  await look(page, 'address-new');
  await fillAddress(page);
  await page.getByRole('button', { name: 'Save address' }).click();
  await expect(page.getByText('Your default address')).toBeVisible();
  await look(page, 'addresses');
});
