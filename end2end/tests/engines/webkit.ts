// Debian's WebKitGTK through its WebDriver. It has no headless mode, so it gets a screen that nobody sees.
import { Builder, Capabilities, error, Key, type WebElement } from 'selenium-webdriver';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Engine } from './engine';

export async function webkit(): Promise<Engine> {
  const screen = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [display] = (await once(screen.stdout, 'data')) as [Buffer];
  const port = await freePort();
  const service = spawn('WebKitWebDriver', [`--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: `:${display.toString().trim()}` },
  });
  const end = () => Promise.all([ended(service), ended(screen)]);
  try {
    return await session(port, end);
  } catch (error) {
    await end();
    throw error;
  }
}

async function session(port: number, end: () => Promise<unknown>): Promise<Engine> {
  await listening(port);
  const wanted = new Capabilities({
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] },
  });
  const driver = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(wanted).build();
  const element = (expression: string) => driver.executeScript<WebElement>(`return ${expression}`);
  return {
    goto: (url) => driver.get(url),
    run: <T>(expression: string) => driver.executeScript<T>(`return ${expression}`),
    // A page that is complete is not always laid out yet: this driver then says so instead of waiting. A click that was
    // refused was none, so it can be tried again.
    click: async (expression) => {
      for (const last = Date.now() + 5_000; ; await driver.sleep(50)) {
        try {
          return await (await element(expression)).click();
        } catch (cause) {
          if (!(cause instanceof error.ElementNotInteractableError) || Date.now() > last) throw cause;
        }
      }
    },
    type: async (expression, text) => {
      const field = await element(expression);
      await driver.executeScript('arguments[0].focus(); arguments[0].select()', field);
      await field.sendKeys(text, Key.TAB);
    },
    // The list that opens is a window of its own, beyond the driver's reach, and typing ahead depends on how fast the keys
    // come. So the choice is made as Playwright makes it: set, and told to the page.
    choose: async (expression, option) => {
      const choice = `const select = arguments[0]; select.focus(); select.value = arguments[1];
        for (const name of ['input', 'change']) select.dispatchEvent(new Event(name, { bubbles: true }));`;
      await driver.executeScript(choice, await element(expression), option.code);
    },
    // This driver tells nothing of the console; what would be wrong there shows in what does not happen.
    troubles: () => [],
    close: async () => {
      await driver.quit();
      await end();
    },
  };
}

function miniBrowser(): string {
  const machine = readdirSync('/usr/lib').map((name) => join('/usr/lib', name));
  const places = machine.flatMap((dir) => ['4.1', '4.0'].map((v) => join(dir, `webkit2gtk-${v}`, 'MiniBrowser')));
  const path = places.find((place) => existsSync(place));
  if (!path) throw new Error('no MiniBrowser: scripts/setup browser installs webkit2gtk-driver');
  return path;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function listening(port: number): Promise<void> {
  for (const last = Date.now() + 10_000; ; ) {
    try {
      await fetch(`http://127.0.0.1:${port}/status`);
      return;
    } catch (error) {
      if (Date.now() > last) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}
