(script, wasm) => {
  // Where they do not wake, or not for long, the buttons of a page without scripts are shown.
  const tell = (state) => (document.documentElement.dataset.islands = state);
  const wake = async (element, islands) => {
    if (element.localName === 'leptos-island') await islands[element.dataset.component](element);
    for (const child of element.children) await wake(child, islands);
  };
  const load = async () => {
    const late = setTimeout(tell, 10000, 'asleep');
    try {
      const islands = await import(script);
      await islands.default({ module_or_path: wasm });
      islands.hydrate();
      await wake(document.body, islands);
      tell('awake');
    } catch (error) {
      // Whoever goes on to another page meanwhile needs this one's no more; Firefox calls that an error.
      if (error.name === 'AbortError') return;
      tell('asleep');
      throw error;
    } finally {
      clearTimeout(late);
    }
  };
  // Back from the browser's back/forward cache (bfcache), a page reloads where the cart's count is another by now; cart and checkout do
  // always, since more than the count may be. Where nobody answers, the page stays as it is.
  addEventListener('pageshow', async ({ persisted }) => {
    const shown = document.querySelector('.cart-count');
    if (!persisted || !shown) return;
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const header = fetch('/do/header', { method: 'POST', headers }).then((answer) => answer.json());
    const { count } = await header.catch(() => ({}));
    if (count === undefined) return;
    const isOld = count !== Number(shown.textContent.replace(/\D/g, ''));
    if (isOld || /^\/(cart|checkout)(\/|$)/.test(location.pathname)) location.reload();
  });
  if ('requestIdleCallback' in window) requestIdleCallback(load, { timeout: 1000 });
  else load();
}
