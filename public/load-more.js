// "Load more" below a listing: the next page's cards come below those that are there, and the address becomes that of the page
// which came last. Without this script there are the pages' links.
const place = document.querySelector('.load-more');
const grid = document.querySelector('.listing .grid');

if (place && grid) {
  const button = place.querySelector('button');
  const status = place.querySelector('[role=status]');
  const link = (card) => card.querySelector('a[href]');
  const product = (card) => link(card)?.getAttribute('href');
  const first = place.dataset.first;
  let loading = false;
  let loaded = 0;

  for (const card of grid.children) card.dataset.here = place.dataset.here;

  const show = (page, came) => {
    const there = new Set([...grid.children].map(product));
    const fresh = [...page.querySelectorAll('.listing .grid > li')].filter((card) => !there.has(product(card)));
    for (const card of fresh) {
      for (const image of card.querySelectorAll('img')) image.loading = 'lazy';
      card.dataset.here = came.here;
    }
    grid.append(...fresh);
    const pages = page.querySelector('.listing .pagination');
    if (pages) document.querySelector('.listing .pagination')?.replaceWith(pages);
    place.dataset.page = came.page;
    if (came.more) place.dataset.more = came.more;
    else delete place.dataset.more;
    history.replaceState(history.state, '', came.here);
    status.textContent = `Showing ${first}–${came.last} of ${came.found}`;
    // The first of what came stands where the button was: nothing moves but the button.
    const next = fresh[0] && link(fresh[0]);
    if (next) next.focus({ preventScroll: true });
    button.hidden = !came.more;
    loaded += 1;
  };

  const load = async () => {
    if (loading) return;
    loading = true;
    button.setAttribute('aria-busy', 'true');
    const more = place.dataset.more;
    try {
      const answer = await fetch(more, { headers: { accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const came = page.querySelector('.load-more')?.dataset;
      // Where anything else came than the page behind this one, the browser shows what it is.
      if (!answer.ok || Number(came?.page) !== Number(place.dataset.page) + 1) throw new Error(String(answer.status));
      show(page, came);
    } catch {
      location.assign(more);
    }
    button.removeAttribute('aria-busy');
    loading = false;
  };

  button.addEventListener('click', load);
  button.hidden = !place.dataset.more;

  // Whoever comes back from a product finds the list in memory, as it was. A browser that has not kept it loads the page on
  // which the product stood, and is led to it.
  grid.addEventListener('click', ({ target }) => {
    const card = target.closest('.grid > li');
    // A list that is as it was loaded is for the browser to restore, unless it was led to another place before.
    if (!card || !target.closest('a') || (loaded === 0 && !history.state?.product)) return;
    history.scrollRestoration = 'manual';
    history.replaceState({ ...history.state, product: product(card) }, '', card.dataset.here);
  });

  const [way] = performance.getEntriesByType('navigation');
  const left = way?.type === 'back_forward' && history.state?.product;
  const card = left && [...grid.children].find((card) => product(card) === left);
  if (card) {
    card.scrollIntoView({ block: 'center' });
    link(card).focus({ preventScroll: true });
  }
}
