// How long an order waits for its payment.
import { CANDLE, buy, expect, register, test } from './shopper';

test('the page of an order says how long it waits', async ({ page }) => {
  await register(page);
  await buy(page, CANDLE);
  await expect(page.getByRole('timer')).toHaveText(/^about 1[45] minutes left$/);
  await expect(page.getByRole('main')).toContainText(/Your items are set aside for you: about 1[45] minutes left, until .*\d\d:\d\d UTC\./);
});
