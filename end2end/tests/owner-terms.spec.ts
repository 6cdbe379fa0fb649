// What an owner decides about categories, promotions, shipping, tax and other words for the search, with and without scripts.
import { unique } from './owner';
import { OLGA, expect, signIn, test } from './shopper';

test('an owner makes a promotion, tries it, and takes it away again', async ({ page }) => {
  const code = `TRY${unique()}`.slice(0, 30);
  await signIn(page, OLGA);
  await page.goto('/admin/promotions');
  await page.getByRole('link', { name: 'Add a promotion' }).click();
  await page.getByLabel('Name, as the shopper reads it').fill('A tenth off');
  await page.getByLabel('Code (optional)').fill(code);
  await page.getByLabel('Per cent').fill('110');
  const example = page.getByRole('region', { name: 'Try it' });
  await example.getByRole('button', { name: 'Show the example' }).click();
  await expect(page.getByRole('alert').getByText('a percentage from 0 to 100')).toBeVisible();
  await expect(page.getByLabel('Code (optional)')).toHaveValue(code);
  await page.getByLabel('Per cent').fill('10');
  await example.getByLabel('How many').fill('2');
  await example.getByRole('button', { name: 'Show the example' }).click();
  await expect(example.getByText(`A tenth off (${code})`)).toBeVisible();
  await expect(example.getByText('Subtotal')).toBeVisible();
  await page.getByRole('button', { name: 'Save promotion' }).click();
  await expect(page.getByText('The promotion is saved')).toBeVisible();
  await page.goto('/admin/promotions');
  const row = page.getByRole('row').filter({ hasText: code });
  await row.getByRole('button', { name: /Switch off/ }).click();
  await expect(page.getByText('The promotion is switched off')).toBeVisible();
  await row.getByRole('link', { name: 'A tenth off' }).click();
  await page.getByText('Remove this promotion').click();
  await page.getByRole('button', { name: 'Remove promotion' }).click();
  await expect(page.getByText('The promotion is removed')).toBeVisible();
});

test('an owner makes a zone for a country that has none, with rows of weights', async ({ page }) => {
  const name = `Far away ${unique()}`;
  await signIn(page, OLGA);
  await page.goto('/admin/shipping/new');
  await page.getByLabel('Name, for yourself').fill(name);
  await page.getByLabel('Bouvet Island').check();
  await page.getByLabel('Name, as the shopper reads it').fill('Ship');
  await page.getByLabel('What it costs').selectOption({ label: 'By weight' });
  await page.getByLabel('Up to grams, row 1').fill('20000');
  await page.getByLabel('Price, row 1').first().fill('90');
  await page.getByRole('button', { name: 'Add a way to send it' }).click();
  await expect(page.getByLabel('Name, as the shopper reads it')).toHaveCount(2);
  await expect(page.getByLabel('Up to grams, row 1').first()).toHaveValue('20000');
  await page.getByLabel(/^Remove Way to send it 2/).check();
  const example = page.getByRole('region', { name: 'Try it' });
  await example.getByRole('button', { name: 'Show the example' }).click();
  await expect(example.getByText(/to Bouvet Island/)).toBeVisible();
  await expect(example.getByText('Shipping (Ship)')).toBeVisible();
  await page.getByRole('button', { name: 'Save zone' }).click();
  await expect(page.getByText('The zone is saved')).toBeVisible();
  await page.getByText('Remove this zone').click();
  await page.getByRole('button', { name: 'Remove zone' }).click();
  await expect(page.getByText('The zone is removed')).toBeVisible();
  await expect(page.getByText(name)).toHaveCount(0);
});

test('an owner looks at what a rate would do, and leaves it', async ({ page }) => {
  await signIn(page, OLGA);
  await page.goto('/admin/tax');
  await page.getByLabel('Another country').selectOption({ label: 'Bouvet Island' });
  await page.getByRole('button', { name: 'Set its rates' }).click();
  await expect(page.getByRole('heading', { name: 'Tax: Bouvet Island' })).toBeVisible();
  await page.getByLabel('Name, row 1').fill('Ice tax');
  await page.getByLabel('Per cent, row 1').fill('12.5');
  const example = page.getByRole('region', { name: 'Try it' });
  await example.getByRole('button', { name: 'Show the example' }).click();
  await expect(example.getByText(/Ice tax 12.5 %/)).toBeVisible();
  await page.goto('/admin/tax');
  await expect(page.getByRole('link', { name: 'Bouvet Island' })).toHaveCount(0);
});

test('an owner puts a category below another, moves it, and takes it away', async ({ page }) => {
  const name = `Bits ${unique()}`;
  await signIn(page, OLGA);
  await page.goto('/admin/categories');
  await page.getByRole('link', { name: 'Add a category' }).click();
  await page.getByRole('button', { name: 'Save category' }).click();
  await expect(page.getByText('Please fill this in').first()).toBeVisible();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Below').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Save category' }).click();
  await expect(page.getByText('The category is saved')).toBeVisible();
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByLabel('Below').selectOption({ index: 0 });
  await page.getByRole('button', { name: 'Save category' }).click();
  await page.getByRole('button', { name: `Move up: ${name}` }).click();
  await expect(page.getByText('The order is saved')).toBeVisible();
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByText('Remove this category').click();
  await page.getByRole('button', { name: 'Remove category' }).click();
  await expect(page.getByText('The category is removed')).toBeVisible();
  await expect(page.getByRole('link', { name, exact: true })).toHaveCount(0);
});

test('an owner writes down what people call otherwise, and a search knows it', async ({ page }) => {
  const word = `word${unique()}`;
  await signIn(page, OLGA);
  await page.goto('/admin/synonyms');
  await page.getByRole('button', { name: 'Save word' }).click();
  await expect(page.getByText('Please fill this in').first()).toBeVisible();
  await page.getByLabel('Word', { exact: true }).fill(word);
  await page.getByLabel('Finds, too').fill('mug');
  await page.getByRole('button', { name: 'Save word' }).click();
  await expect(page.getByText('The word is saved')).toBeVisible();
  await page.goto(`/products?q=${word}&exact=true`);
  await expect(page.getByRole('main').getByRole('link', { name: /mug/i }).first()).toBeVisible();

  await page.goto('/admin/synonyms');
  await page.getByRole('link', { name: word, exact: true }).click();
  await expect(page.getByLabel('Word', { exact: true })).toHaveValue(word);
  await page.getByLabel('Finds, too').fill('mug, bowl');
  await page.getByRole('button', { name: 'Save word' }).click();
  const row = page.getByRole('row').filter({ hasText: word });
  await expect(row).toContainText('bowl, mug');
  await row.getByRole('link', { name: word, exact: true }).click();
  await page.getByText('Remove this word').click();
  await page.getByRole('button', { name: 'Remove word' }).click();
  await expect(page.getByText('The word is removed')).toBeVisible();
  await expect(page.getByRole('link', { name: word, exact: true })).toHaveCount(0);
});
