// What more than one journey of an owner does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { expectNoBarriersAtBothWidths } from './look';
import { buy, expect, pay, register, withScripts, type Product } from './shopper';

/** No two runs in one shop make the same. */
export const unique = () => `${Date.now().toString(36)}${Math.floor(Math.random() * 1000)}`;

/** The routes of the back office, as they stand in the table, with `:id` where one of many is meant. */
export function routes(): string[] {
  const table = readFileSync(join('..', 'app', 'src', 'routes.rs'), 'utf8');
  return [...table.matchAll(/route!\("(\/admin[^"]*)"/g)].map((found) => found[1]);
}

/** Somebody orders and pays; answers the order's id. */
export async function sold(browser: Browser, product: Product): Promise<string> {
  const context = await browser.newContext({ javaScriptEnabled: withScripts() });
  const page = await context.newPage();
  await register(page);
  const order = await buy(page, product);
  await pay(page);
  await context.close();
  return order.split('/').pop() ?? '';
}

/** Somebody orders and pays, the owner sends it, and they say what they think of it; answers the order's id. `page` is the owner's. */
export async function reviewed(page: Page, browser: Browser, product: Product, words: string): Promise<string> {
  const context = await browser.newContext({ javaScriptEnabled: withScripts() });
  const buyer = await context.newPage();
  await register(buyer);
  const order = await buy(buyer, product);
  await pay(buyer);
  await expect(buyer.getByRole('link', { name: /^Write a review/ })).toHaveCount(0);
  // An order's page loads itself anew when the parcel leaves, which may break off whoever goes there in that moment.
  await buyer.goto('about:blank');
  const id = order.split('/').pop() ?? '';
  await page.goto(`/admin/orders/${id}`);
  await page.getByRole('region', { name: 'Pack and send' }).getByRole('button', { name: 'Send parcel' }).click();
  await expect(page.getByText('The parcel is sent')).toBeVisible();
  await buyer.goto(order);
  await buyer.getByRole('link', { name: /^Write a review/ }).click();
  await expect(buyer.getByRole('heading', { level: 1, name: 'Write a review' })).toBeVisible();
  await expectNoBarriersAtBothWidths(buyer);
  await buyer.getByRole('radio', { name: /4 of 5 stars/ }).check();
  await buyer.getByLabel('Your review').fill(`${words} https://elsewhere.example`);
  await buyer.getByRole('button', { name: 'Send review' }).click();
  // What is refused stands there as it was typed, and what is wrong beside it.
  await expect(buyer.getByText('Please leave out addresses of websites.').first()).toBeVisible();
  await expect(buyer.getByRole('radio', { name: /4 of 5 stars/ })).toBeChecked();
  await expect(buyer.getByLabel('Your review')).toHaveValue(`${words} https://elsewhere.example`);
  await buyer.getByLabel('Your review').fill(words);
  await buyer.getByRole('button', { name: 'Send review' }).click();
  await expect(buyer.getByText('It appears once the shop has read it')).toBeVisible();
  await expect(buyer.getByRole('link', { name: /^Change your review/ })).toBeVisible();
  await context.close();
  return id;
}

/** Fills the form of a new product, of two sizes in three colours with three of each, and makes it. */
export async function makeSixVariants(page: Page, name: string) {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Status').selectOption({ label: 'For sale' });
  await page.getByLabel('Price', { exact: true }).fill('20.00');
  await page.getByLabel('In stock, of each variant').fill('3');
  await page.getByLabel('Option 1', { exact: true }).fill('Size');
  await page.getByLabel('Values of option 1').fill('S, M');
  await page.getByLabel('Option 2', { exact: true }).fill('Colour');
  await page.getByLabel('Values of option 2').fill('Moss, Sand, Rust');
  await page.getByRole('button', { name: 'Make product' }).click();
  await expect(page.getByText('The product is made')).toBeVisible();
}
