// A browser that Playwright does not drive, as far as the purchase needs one, and somebody who sits at it and knows
// nothing but the words on the page.
import { expect } from '@playwright/test';

export type Kind = 'field' | 'button' | 'link';

/** An option's value and its words. */
export type Option = { code: string; name: string };

export interface Engine {
  goto(url: string): Promise<void>;
  /** Runs an expression in the page. */
  run<T>(expression: string): Promise<T>;
  /** Presses what an expression finds. */
  click(element: string): Promise<void>;
  /** Replaces what stands in a field that an expression finds, and leaves it. */
  type(element: string, text: string): Promise<void>;
  /** Chooses an option of a select. */
  choose(element: string, option: Option): Promise<void>;
  /** Errors that the page reported, as far as the engine tells them. */
  troubles(): string[];
  close(): Promise<void>;
}

/** An expression that finds something in `main` by its label or text; what is hidden beside it for readers may follow. */
function found(kind: Kind, name: string): string {
  const all = { field: 'label', button: 'button', link: 'a[href]' }[kind];
  return `[...document.querySelectorAll('main ${all}')].map((e) => [e, e.textContent.replace(/\\s+/g, ' ').trim()])
    .filter(([, text]) => text === ${JSON.stringify(name)} || text.startsWith(${JSON.stringify(`${name} `)}))
    .map(([e]) => ${kind === 'field' ? 'e.control' : 'e'})[0]`;
}

export class Visitor {
  constructor(
    private readonly engine: Engine,
    private readonly address: string,
  ) {}

  open(path: string): Promise<void> {
    return this.engine.goto(this.address + path);
  }

  async press(name: string, kind: Kind = 'button'): Promise<void> {
    await this.engine.click(await this.find(kind, name));
  }

  async fill(label: string, text: string): Promise<void> {
    await this.engine.type(await this.find('field', label), text);
  }

  async choose(label: string, option: Option): Promise<void> {
    const select = await this.find('field', label);
    await this.engine.choose(select, option);
    await this.until(`${select}.value === ${JSON.stringify(option.code)}`, `${label} is ${option.name}`);
  }

  async check(label: string): Promise<void> {
    const button = await this.find('field', label);
    await this.engine.click(button);
    await this.until(`${button}.checked`, `${label} is chosen`);
  }

  /** Chooses the country of an address, and waits for the fields that it wants: they come in the place of the old ones. */
  async chooseCountry(country: Option): Promise<void> {
    await this.choose('Country', country);
    const shown = `document.querySelector('main .address-parts')?.dataset.country`;
    await this.until(`${shown} === ${JSON.stringify(country.code)}`, `the fields of ${country.name}`);
  }

  /** Waits until the page says so. */
  async sees(text: string): Promise<void> {
    await this.until(`document.querySelector('main').textContent.includes(${JSON.stringify(text)})`);
  }

  async isAt(path: RegExp): Promise<void> {
    await this.until(`${path}.test(location.pathname)`);
  }

  private async find(kind: Kind, name: string): Promise<string> {
    const element = found(kind, name);
    await this.until(`Boolean(${element})`, `${kind} "${name}"`);
    return element;
  }

  /** While a page goes and another comes, nothing can be asked. */
  private async until(claim: string, about = claim): Promise<void> {
    await expect
      .poll(() => this.engine.run<boolean>(`document.readyState === 'complete' && ${claim}`).catch(() => false), {
        message: about,
        timeout: 10_000,
      })
      .toBe(true);
  }
}
