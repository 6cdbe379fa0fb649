// A page at two widths: a picture for whoever asks for one, checked by axe, never wider than a small phone.
import type { Page } from '@playwright/test';
import { barriers, overhang } from './barriers';
import { expect, test, withScripts } from './shopper';

const WIDTHS = [1280, 390];

/** The whole page as `PICTURES/name.png`, where somebody names that folder: PICTURES=/tmp/pictures make e2e. */
export async function picture(page: Page, name: string) {
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}.png`, fullPage: true });
}

export async function look(page: Page, name: string) {
  const { project } = test.info();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width > 600 ? 900 : 844 });
    // What loads lazily loads when it is seen.
    await page.mouse.wheel(0, 20_000);
    await page.waitForLoadState('networkidle');
    await page.mouse.wheel(0, -20_000);
    await picture(page, `${project.name}/${name}-${width}`);
  }
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await overhang(page), `${name} scrolls sideways at 320 pixels`).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 900 });
  if (!withScripts()) return;
  expect(await barriers(page, { also: ['best-practice'] }), name).toEqual([]);
}

/** The whole page at once: what stays in sight while one scrolls covers nothing there, wherever the page was scrolled to. */
async function inATallWindow<T>(page: Page, audit: () => Promise<T>): Promise<T> {
  const size = page.viewportSize() ?? { width: 1280, height: 900 };
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: size.width, height: Math.max(size.height, height) });
  const found = await audit();
  await page.setViewportSize(size);
  return found;
}

/** Nothing keeps people out, and nothing scrolls sideways. */
export async function expectNoBarriers(page: Page) {
  if (withScripts()) {
    expect(await inATallWindow(page, () => barriers(page))).toEqual([]);
  }
  expect(await overhang(page), `${page.url()} scrolls sideways`).toBeLessThanOrEqual(0);
}

/** A page with a heading, and the same at a desk and on a phone. */
export async function expectNoBarriersAtBothWidths(page: Page) {
  for (const [width, height] of [
    [1280, 900],
    [390, 844],
  ]) {
    await page.setViewportSize({ width, height });
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectNoBarriers(page);
    const name = new URL(page.url()).pathname.replace(/\W+/g, '-').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'one').slice(1);
    await picture(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
