(script, wasm) => {
  const wake = async (element, islands) => {
    if (element.localName === 'leptos-island') await islands[element.dataset.component](element);
    for (const child of element.children) await wake(child, islands);
  };
  const load = async () => {
    try {
      const islands = await import(script);
      await islands.default({ module_or_path: wasm });
      islands.hydrate();
      await wake(document.body, islands);
    } catch (error) {
      // Whoever goes on to another page meanwhile needs this one's no more; Firefox calls that an error.
      if (error.name !== 'AbortError') throw error;
    }
  };
  if ('requestIdleCallback' in window) requestIdleCallback(load);
  else load();
}
