// The purchase once more in engines that are not Chromium's. The project's name says which.
import { expect, test } from '@playwright/test';
import { type Engine, Visitor } from './engines/engine';
import { firefox } from './engines/firefox';
import { webkit } from './engines/webkit';
import { ADDRESS, CANDLE, mails, somebody } from './world';

test('browse, buy, pay, get mail', async ({ baseURL }) => {
  test.setTimeout(90_000);
  const engine = await (test.info().project.name === 'webkit' ? webkit() : firefox());
  try {
    await purchase(engine, baseURL ?? '');
    expect(engine.troubles()).toEqual([]);
  } finally {
    await engine.close();
  }
});

async function purchase(engine: Engine, address: string) {
  const visitor = new Visitor(engine, address);
  const person = somebody();
  await visitor.open('/products?q=beeswax');
  await visitor.press(CANDLE.name, 'link');
  await visitor.isAt(new RegExp(`/products/${CANDLE.slug}$`));
  await visitor.fill('Quantity', '2');
  await visitor.press('Add to cart');
  await visitor.sees('Added to your cart');

  // The line and its total follow in place: the islands are awake.
  await visitor.open('/cart');
  await visitor.sees('$37.00');
  await visitor.fill('Quantity', '3');
  await visitor.sees('$55.50');
  await visitor.press('Checkout', 'link');
  // Nobody needs an account for it.
  await visitor.isAt(/^\/checkout$/);
  await visitor.fill('E-mail', person.email);
  await visitor.chooseCountry(ADDRESS.country);
  for (const [label, text] of Object.entries(ADDRESS.fields)) await visitor.fill(label, text);
  await visitor.press('Continue');
  await visitor.isAt(/^\/checkout\/shipping$/);
  await visitor.check('Express');
  await visitor.press('Continue to review');
  await visitor.isAt(/^\/checkout\/review$/);
  await visitor.sees(ADDRESS.fields.Address);
  await visitor.sees('Shipping (Express)');
  await visitor.press('Place order');
  // Nobody reloads: the page follows its order by itself.
  await visitor.isAt(/^\/orders\/[0-9a-f-]{36}$/);
  await visitor.press('Pay now');
  await visitor.sees('no money moves');
  await visitor.press('Approve');
  await visitor.sees('Payment received');
  await expect(() => expect(mails(person).some((s) => s.startsWith('Payment received'))).toBe(true)).toPass({
    timeout: 15_000,
  });
}
