// Narrowing a listing: boxes in a form, what they would leave, and links that take filters away. At a desk and on a phone, with
// scripts and without.
import type { Page } from '@playwright/test';
import { tabTo } from './keys';
import { found } from './listing';
import { expectNoBarriersAtBothWidths, look } from './look';
import { unique } from './owner';
import { OLGA, expect, signIn, test, withScripts } from './shopper';

const PHONE = { width: 390, height: 844 };

const form = (page: Page) => page.getByRole('form', { name: 'Filter products' });
const box = (page: Page, option: string, value: string) =>
  form(page).getByRole('group', { name: option }).getByRole('checkbox', { name: new RegExp(`^${value}\\b`) });
const show = (page: Page) => form(page).getByRole('button', { name: /^Show/ });

/** How many products the box says that it leaves. */
const promised = async (page: Page, option: string, value: string) =>
  Number(await box(page, option, value).locator('xpath=ancestor::label').locator('.count').textContent());

test('a listing is narrowed by options, and the boxes keep their word', async ({ page }) => {
  await page.goto('/products?category=textiles');
  const oat = await promised(page, 'Colour', 'Oat');
  await box(page, 'Colour', 'Oat').check();
  await show(page).click();
  await expect(page).toHaveURL(/category=textiles.*option\.Colour=Oat/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Textiles');
  expect(await found(page)).toBe(oat);
  await expect(box(page, 'Colour', 'Oat')).toBeChecked();

  // Another value widens it, in stock narrows it.
  await box(page, 'Colour', 'Ink').check();
  await show(page).click();
  const both = await found(page);
  expect(both).toBeGreaterThanOrEqual(oat);
  const chips = page.getByRole('navigation', { name: 'Filters in use' });
  await expect(chips.getByRole('link')).toHaveText([/Colour: Ink/, /Colour: Oat/, 'Clear all filters']);
  await chips.getByRole('link', { name: 'Remove Colour: Ink' }).click();
  await expect(page).not.toHaveURL(/Ink/);
  expect(await found(page)).toBe(oat);
  await page.getByRole('link', { name: 'Clear all' }).click();
  await expect(page).toHaveURL(/\/products\?category=textiles$/);
  await expect(chips).toHaveCount(0);
  await page.goBack();
  await expect(page).toHaveURL(/option\.Colour=Oat/);
  await expect(box(page, 'Colour', 'Oat')).toBeChecked();
});

test('what leaves nothing stays in sight and cannot be ticked', async ({ page }) => {
  await page.goto('/products?option.Colour=Ink');
  const boxes = form(page).getByRole('checkbox');
  const counts = await form(page).locator('label:has(input:disabled) .count').allTextContents();
  expect(counts.length).toBeGreaterThan(0);
  expect([...new Set(counts)]).toEqual(['0']);
  expect(await boxes.count()).toBeGreaterThan(counts.length);
});

test('the button says how many are left of what is ticked, or nothing of it', async ({ page }) => {
  await page.goto('/products?category=textiles');
  const all = await found(page);
  await expect(show(page)).toHaveText(`Show ${all} results`);
  const oat = await promised(page, 'Colour', 'Oat');
  await box(page, 'Colour', 'Oat').check();
  if (withScripts()) await expect(show(page)).toHaveText(`Show ${oat} ${oat === 1 ? 'result' : 'results'}`);
  else await expect(form(page).locator('.filters-count')).toBeHidden();
  await box(page, 'Colour', 'Oat').uncheck();
  await expect(show(page)).toHaveText(`Show ${all} results`);
  if (withScripts()) {
    await form(page).getByLabel('Lowest price').fill('cheap');
    await expect(show(page)).toHaveText('Show results');
  }
});

test('on a phone filters are behind a button, and the results one press away', async ({ page }) => {
  await page.setViewportSize(PHONE);
  await page.goto('/products?category=textiles');
  await expect(box(page, 'Colour', 'Oat')).toBeHidden();
  await page.getByText('Filter', { exact: true }).click();
  await expect(show(page)).toBeInViewport();
  await box(page, 'Colour', 'Oat').check();
  await show(page).click();
  await expect(page).toHaveURL(/option\.Colour=Oat/);
  await expect(page.getByRole('link', { name: 'Remove Colour: Oat' })).toBeVisible();
  await expect(page.getByText('Filter, 1 in use')).toBeVisible();
});

test('filters by keyboard alone', async ({ page }) => {
  await page.goto('/products?category=textiles');
  const oat = box(page, 'Colour', 'Oat');
  await tabTo(page, oat);
  await page.keyboard.press('Space');
  await expect(oat).toBeChecked();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/option\.Colour=Oat/);
  await tabTo(page, page.getByRole('link', { name: 'Clear all' }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/products\?category=textiles$/);
});

test('sorted by what sells best', async ({ page }) => {
  await page.goto('/products');
  await page.getByRole('navigation', { name: 'Sort by' }).getByRole('link', { name: 'Best selling' }).click();
  await expect(page).toHaveURL(/sort=best_selling/);
  await expect(page.getByRole('link', { name: 'Best selling' })).toHaveAttribute('aria-current', 'true');
});

test('a tag that an owner writes leads to what has it, and is taken back by a link', async ({ page }) => {
  await signIn(page, OLGA);
  await page.goto('/admin/products/new');
  const [name, tag] = [`Tagged ${unique()}`, `made to last ${unique()}`];
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Price', { exact: true }).fill('20.00');
  await page.getByLabel('Status').selectOption({ label: 'For sale' });
  await expect(page.getByText('With commas between. Shoppers see them.')).toBeVisible();
  await page.getByLabel('Tags (optional)').fill(`${tag}, seldom`);
  await page.getByRole('button', { name: 'Make product' }).click();
  await expect(page.getByText('The product is made')).toBeVisible();
  await expect(page.getByLabel('Tags (optional)')).toHaveValue(`${tag}, seldom`);
  await page.getByRole('link', { name: 'View in the shop' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('navigation', { name: 'Tags' }).getByRole('link', { name: tag, exact: true }).click();
  await expect(page).toHaveURL(/\/products\?tag=made/);
  expect(await found(page)).toBe(1);
  await expect(page.getByRole('main').getByRole('link', { name, exact: true })).toBeVisible();
  await expect(box(page, 'Tags', tag)).toBeChecked();
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('link', { name: `Remove Tag: ${tag}` }).click();
  await expect(page).toHaveURL(/\/products$/);
});

test('a narrowed listing, looked at', async ({ page }) => {
  await page.goto('/products?option.Colour=Ink&option.Colour=Oat&in_stock=true');
  await look(page, 'listing-filters');
  await page.goto('/products?option.Foreign=Thing');
  await expect(page.getByRole('main')).toContainText('Nothing here');
  await look(page, 'listing-filters-nothing');
});
