// The shop's own typefaces: nothing moves when they come, and the next page has them. What moves is told by a script.
import { MUG, expect, test } from './shopper';

// The product last: the empty cart shows what was looked at, once the browser has remembered that.
const PAGES = ['/', '/products', '/cart', '/login', `/products/${MUG.slug}`];

test('nothing moves when the fonts come late, and the next page has them', async ({ page }) => {
  await page.addInitScript(() => {
    const moved = { sum: 0 };
    Object.assign(window, { moved });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) moved.sum += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  let late = true;
  await page.route('**/fonts/*.woff2', async (route) => {
    if (late) await new Promise((done) => setTimeout(done, 1_200));
    await route.continue();
  });
  for (const [width, height] of [
    [1280, 900],
    [390, 844],
  ]) {
    await page.setViewportSize({ width, height });
    for (const path of PAGES) {
      await page.goto(path);
      await page.evaluate(() => document.fonts.ready);
      await page.waitForLoadState('networkidle');
      const moved = await page.evaluate(() => (window as unknown as { moved: { sum: number } }).moved.sum);
      expect(moved, `${path} at ${width}`).toBeLessThan(0.01);
    }
    await page.evaluate(() => localStorage.clear());
  }
  late = false;
  await page.goto('/products');
  await page.evaluate(() => document.fonts.ready);
  const loaded = await page.evaluate(() =>
    [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family.replaceAll('"', '')),
  );
  expect(loaded).toEqual(expect.arrayContaining(['Figtree', 'Newsreader']));
});
