// New orders in the back office as they come: somebody buys elsewhere, and whoever looks is told of it without anything moving.
import { expectNoBarriersAtBothWidths } from './look';
import { MUG, OLGA, addToCart, expect, fillAddress, placeOrder, signIn, somebody, test, toReview } from './shopper';

test('an owner is told of a guest\'s order while they look, and shows it when they like', async ({ page, browser }) => {
  const guest = somebody();
  await signIn(page, OLGA);
  await page.goto('/admin/orders');
  const views = page.getByRole('navigation', { name: 'Orders by what is to be done' });
  const before = await views.boundingBox();

  const context = await browser.newContext();
  const hers = await context.newPage();
  await addToCart(hers, MUG);
  await hers.goto('/cart');
  await hers.getByRole('link', { name: 'Checkout' }).click();
  await hers.getByLabel('E-mail').fill(guest.email);
  await fillAddress(hers);
  await toReview(hers);
  await placeOrder(hers);
  await context.close();

  // Others buy at the same time.
  const news = page.getByRole('link', { name: /new orders? – show (it|them)/ });
  await expect(news).toBeVisible();
  await expect(page.getByRole('status').filter({ has: news })).toHaveCount(1);
  expect(await views.boundingBox(), 'nothing moves').toEqual(before);
  await expect(page.getByText(guest.email)).toHaveCount(0);
  await expectNoBarriersAtBothWidths(page);
  await news.click();
  await expect(page.getByText(guest.email).first()).toBeVisible();
});
