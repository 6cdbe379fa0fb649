// The time left ticks where there are scripts, by what the shop says and not by the browser's clock.
import { CANDLE, buy, expect, pay, register, test } from './shopper';

test('it ticks, calmly, and says aloud only that it becomes short', async ({ page }) => {
  await register(page);
  const order = await buy(page, CANDLE);
  // A browser that is years behind, whose time passes as the test says.
  await page.clock.install({ time: new Date('2020-02-29T12:00:00Z') });
  await page.goto(order);
  const timer = page.getByRole('timer');
  const said = page.getByRole('main').getByRole('status');
  await expect(timer).toHaveText(/^about 1[45] minutes left$/);
  await page.waitForFunction(() => document.querySelector('leptos-island .time-left'));
  await expect(async () => {
    await page.clock.runFor(1_000);
    await page.clock.fastForward('01:00');
    await expect(timer).toHaveText(/^about 1[0-3] minutes left$/, { timeout: 500 });
  }).toPass();
  await expect(said).toHaveText('');
  await expect(async () => {
    await page.clock.fastForward('00:40');
    await page.clock.runFor(600);
    await expect(timer).toHaveText(/^about [34] minutes left$/, { timeout: 300 });
  }).toPass();
  await expect(said).toHaveText('Five minutes left to pay.');
  // To the last two minutes, where seconds are told.
  await expect(async () => {
    await page.clock.fastForward('00:20');
    await page.clock.runFor(600);
    await expect(timer).toHaveText(/^(1 minute|2 minutes|1 minute \d+ seconds?|2 minutes \d+ seconds?) left$/, { timeout: 300 });
  }).toPass();
  await expect(said).toHaveText('Five minutes left to pay.');
  await expect(async () => {
    await page.clock.fastForward('00:20');
    await page.clock.runFor(600);
    await expect(timer).toHaveText(/^\d+ seconds? left$/, { timeout: 300 });
  }).toPass();
  await expect(said).toHaveText('One minute left to pay.');
  await page.clock.fastForward('01:00');
  await page.clock.runFor(600);
  await expect(page.getByText('The time to pay is over. This page looks again by itself.')).toBeVisible();
  await expect(said).toHaveText('The time to pay is over.');
  await expect(timer).toHaveCount(0);
  // The shop is asked, and knows better: this browser's time ran ahead.
  await page.clock.runFor(6_000);
  await expect(timer).toHaveText(/^about 1[345] minutes left$/);
  await pay(page);
  await expect(page.getByText('Payment received').first()).toBeVisible();
});
