// What is suggested while somebody types into the search of the header: a combobox (WAI-ARIA 1.2), by keyboard, mouse and finger. That the
// form searches without any of it stands in catalogue.spec.ts.
import type { Page } from '@playwright/test';
import { barriers, overhang } from './barriers';
import { MUG, expect, test } from './shopper';

const PLACE = '**/search/suggestions?*';

const list = (page: Page) => page.getByRole('listbox', { name: 'Suggestions' });
const options = (page: Page) => list(page).getByRole('option');
const told = (page: Page) => page.getByRole('banner').getByRole('status');

/** The field, once the scripts have come. */
async function field(page: Page, path = '/') {
  await page.goto(path);
  const search = page.getByRole('combobox', { name: 'Search' });
  await expect(search).toHaveAttribute('aria-expanded', 'false');
  return search;
}

test('what is typed suggests products with picture and price, and categories', async ({ page }) => {
  const search = await field(page);
  await search.pressSequentially('speckled');
  await expect(search).toHaveAttribute('aria-expanded', 'true');
  const mug = options(page).filter({ hasText: MUG.name });
  await expect(mug).toContainText('$24.00');
  await expect(mug.locator('img')).toHaveJSProperty('complete', true);
  await expect(mug.locator('img')).not.toHaveJSProperty('naturalWidth', 0);
  await expect(told(page)).toHaveText(/^\d suggestions?$/);
  await search.fill('glas');
  await expect(list(page).getByRole('group', { name: 'Categories' }).getByRole('option')).toHaveText(['Glass']);
  await search.fill('stonware mgu');
  await expect(options(page).first()).toContainText('Did you mean “stoneware mug”?');
  await expect(told(page)).toContainText('for “stoneware mug”');
  await search.fill('xylophone');
  await expect(told(page)).toHaveText('No suggestions');
  await expect(list(page)).toBeHidden();
  await expect(search).toHaveAttribute('aria-expanded', 'false');
});

test('arrows choose, Enter goes there, and the focus stays in the field', async ({ page }) => {
  const search = await field(page);
  await search.fill('candle');
  await expect(options(page).first()).toBeVisible();
  const count = await options(page).count();
  const chosen = async (place: number) => {
    await expect(search).toBeFocused();
    await expect(search).toHaveAttribute('aria-activedescendant', `suggestion-${place}`);
    await expect(list(page).locator('[aria-selected=true]')).toHaveId(`suggestion-${place}`);
  };
  await expect(search).not.toHaveAttribute('aria-activedescendant');
  await search.press('ArrowDown');
  await chosen(0);
  await search.press('ArrowDown');
  await chosen(1);
  await search.press('ArrowUp');
  await search.press('ArrowUp');
  // Between the last and the first stands what was typed.
  await expect(search).not.toHaveAttribute('aria-activedescendant');
  await search.press('ArrowUp');
  await chosen(count - 1);
  await search.press('ArrowDown');
  await search.press('ArrowDown');
  await chosen(0);
  const href = await options(page).first().getAttribute('href');
  await search.press('Enter');
  await expect(page).toHaveURL(new RegExp(`${href?.replace('?', '\\?')}$`));
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Candles');
});

test('Enter searches for what was typed where nothing is chosen', async ({ page }) => {
  const search = await field(page);
  await search.fill('speckled');
  await expect(list(page)).toBeVisible();
  await search.press('Enter');
  await expect(page).toHaveURL(/\/products\?q=speckled$/);
});

test('Escape closes the list and keeps what was typed, and what is elsewhere closes it, too', async ({ page }) => {
  const search = await field(page);
  await search.fill('speckled');
  await expect(list(page)).toBeVisible();
  await search.press('ArrowDown');
  await expect(search).toHaveAttribute('aria-activedescendant', /.+/);
  await search.press('Escape');
  await expect(list(page)).toBeHidden();
  await expect(search).toHaveValue('speckled');
  await expect(search).toBeFocused();
  await expect(search).not.toHaveAttribute('aria-activedescendant');
  await expect(told(page)).toHaveText('');
  await search.press('ArrowDown');
  await expect(list(page)).toBeVisible();
  await search.press('Tab');
  await expect(list(page)).toBeHidden();
  await search.fill('');
  await search.fill('speckled');
  await expect(list(page)).toBeVisible();
  await page.getByRole('heading', { level: 1 }).click();
  await expect(list(page)).toBeHidden();
});

test('an option is a link for the mouse', async ({ page }) => {
  const search = await field(page);
  await search.fill('speckled');
  await options(page).filter({ hasText: MUG.name }).click();
  await expect(page).toHaveURL(new RegExp(`/products/${MUG.slug}$`));
});

test('an older answer never takes the place of a newer one', async ({ page }) => {
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route(PLACE, async (route) => {
    const isOld = new URL(route.request().url()).searchParams.get('q') === 'candle';
    if (isOld) await held;
    await route.continue();
  });
  const search = await field(page);
  const old = page.waitForRequest(/suggestions\?q=candle$/);
  await search.fill('candle');
  await old;
  await search.fill('speckled');
  await expect(options(page).filter({ hasText: MUG.name })).toBeVisible();
  const late = page.waitForResponse(/suggestions\?q=candle$/);
  answer();
  await (await late).finished();
  await expect(options(page).filter({ hasText: MUG.name })).toBeVisible();
  await expect(list(page)).not.toContainText('Candles');
});

test('the shop is asked once somebody pauses, and not for a single letter', async ({ page }) => {
  const asked: (string | null)[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/search/suggestions') asked.push(url.searchParams.get('q'));
  });
  const search = await field(page);
  await search.focus();
  // Quicker than any hand, so that a busy machine does not make pauses of its own.
  await search.evaluate((input: HTMLInputElement) => {
    for (const typed of ['s', 'sp', 'speck', 'speckled']) {
      input.value = typed;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
  });
  await expect(list(page)).toBeVisible();
  expect(asked).toEqual(['speckled']);
  await search.fill('s');
  await expect(list(page)).toBeHidden();
  expect(asked).toEqual(['speckled']);
});

test('a shop that does not answer leaves a form that searches', async ({ page, watch }) => {
  watch.expected = [429];
  await page.route(PLACE, (route) => route.fulfill({ status: 429, body: '<p>Not now</p>' }));
  const search = await field(page);
  const answered = page.waitForResponse(/suggestions\?q=speckled$/);
  await search.fill('speckled');
  await answered;
  await expect(list(page)).toBeHidden();
  await search.press('Enter');
  await expect(page).toHaveURL(/q=speckled/);
});

for (const [name, size] of Object.entries({
  'a small phone': { width: 320, height: 560 },
  'a desk': { width: 1280, height: 800 },
  'four times as large': { width: 320, height: 256 },
})) {
  test(`the open list keeps nobody out on ${name}`, async ({ page }) => {
    await page.setViewportSize(size);
    const search = await field(page);
    await search.fill('stone');
    await expect(options(page)).not.toHaveCount(0);
    expect(await barriers(page, { within: 'header.site-header', also: ['best-practice'] })).toEqual([]);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
    for (const option of await options(page).all()) {
      const box = await option.boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(44);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(size.width);
    }
    // The last is brought to where it is seen.
    await search.press('ArrowUp');
    await expect(options(page).last()).toBeInViewport();
    await expect(search).toBeFocused();
  });
}

test.describe('by finger', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });
  test('an option leads to its product', async ({ page }) => {
    const search = await field(page);
    await search.tap();
    await search.fill('speckled');
    await options(page).filter({ hasText: MUG.name }).tap();
    await expect(page).toHaveURL(new RegExp(`/products/${MUG.slug}$`));
  });
});
