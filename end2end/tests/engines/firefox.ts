// Debian's Firefox over WebDriver BiDi.
import puppeteer, { type ElementHandle } from 'puppeteer-core';
import type { Engine } from './engine';

export async function firefox(): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX || '/usr/bin/firefox-esr',
    headless: true,
  });
  const page = await browser.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') troubles.push(message.text());
  });
  const element = async (expression: string) => {
    const found = (await page.evaluateHandle(expression)).asElement();
    if (!found) throw new Error(`nothing is found by ${expression}`);
    return found as ElementHandle<Element>;
  };
  return {
    goto: async (url) => {
      await page.goto(url);
    },
    run: async <T>(expression: string) => (await page.evaluate(expression)) as T,
    click: async (expression) => (await element(expression)).click(),
    type: async (expression, text) => {
      const field = await element(expression);
      await field.focus();
      await page.evaluate('document.activeElement.select()');
      await field.type(text);
      await page.keyboard.press('Tab');
    },
    choose: async (expression, option) => {
      await (await element(expression)).select(option.code);
    },
    troubles: () => troubles,
    close: () => browser.close(),
  };
}
