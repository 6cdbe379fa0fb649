// A review, from the order's page to the product's: bought, sent by staff, written, read by staff, seen by everybody.
import { expectNoBarriersAtBothWidths } from './look';
import { reviewed, unique } from './owner';
import { OLGA, SOAP, expect, signIn, test } from './shopper';

test('who bought something writes a review, staff publish and answer it, and everybody reads it', async ({ page, browser, context }) => {
  test.slow();
  const words = `It smells of olives, ${unique()}.`;
  await signIn(page, OLGA);
  const order = await reviewed(page, browser, SOAP, words);
  await page.goto(`/products/${SOAP.slug}`);
  await expect(page.getByText(words)).toHaveCount(0);

  await page.goto('/admin/reviews');
  await page.getByRole('link', { name: words }).click();
  await expect(page.getByText(words).first()).toBeVisible();
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('The review is published.')).toBeVisible();
  await page.getByLabel('Our answer').fill(`Thank you, ${words}`);
  await page.getByRole('button', { name: 'Save answer' }).click();
  await expect(page.getByText('Your answer is saved.')).toBeVisible();

  // Whoever comes by, without a session.
  await context.clearCookies();
  await page.goto(`/products/${SOAP.slug}`);
  const reviews = page.getByRole('region', { name: 'Reviews', exact: true });
  await expect(reviews.getByText(words, { exact: true })).toBeVisible();
  await expect(reviews.getByText(`Thank you, ${words}`)).toBeVisible();
  await expect(reviews.getByText('All of them are by people who bought it here.')).toBeVisible();
  expect(await page.locator('script[type="application/ld+json"]').first().textContent()).toContain('aggregateRating');
  await expectNoBarriersAtBothWidths(page);
  await page.goto(`/products/${SOAP.slug}/reviews?sort=lowest`);
  await expect(page.getByRole('link', { name: 'Lowest rated' })).toHaveAttribute('aria-current', 'true');
  await expectNoBarriersAtBothWidths(page);
  // On its card, among the best rated, and behind the filter of a listing.
  const card = page.getByRole('main').locator('.card').filter({ has: page.getByRole('link', { name: SOAP.name, exact: true }) });
  const form = page.getByRole('form', { name: 'Filter products' });
  const three = form.getByRole('radio', { name: /^3 stars and up/ });
  // What a whole listing may be narrowed by is a second old at most.
  await expect(async () => {
    await page.goto('/products?sort=best_rated');
    await expect(three).toBeEnabled({ timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole('link', { name: 'Best rated' })).toHaveAttribute('aria-current', 'true');
  await expect(card.getByText(/^Rated [345]\.\d of 5, \d+ reviews?$/)).toHaveCount(1);
  await expect(form.getByRole('radio', { name: 'Any rating' })).toBeChecked();
  await three.check();
  await form.getByRole('button', { name: /^Show/ }).click();
  await expect(page).toHaveURL(/rating=3/);
  await expect(card).toHaveCount(1);
  await expect(page.getByRole('main').locator('.card:not(:has(.card-rating))')).toHaveCount(0);
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('link', { name: 'Remove 3 stars and up' }).click();
  await expect(page).not.toHaveURL(/rating=3/);
  await expect(card).toHaveCount(1);
  // What is another's is not told of.
  await page.goto(`/orders/${order}`);
  await expect(page).toHaveURL(/\/login/);
});
