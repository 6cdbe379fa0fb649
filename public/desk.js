// The back office's one script: it says that orders came in since the page was shown. Without it, nothing is lost but that.
// Only a tab that is looked at listens: what came meanwhile is counted when it is looked at again.
const place = document.querySelector('.desk-news');

if (place && 'EventSource' in window) {
  let stream;

  // The same link each time: whoever is on it with the keyboard stays there, and nothing is read out twice.
  const link = document.createElement('a');
  link.href = place.dataset.show;

  const tell = ({ data }) => {
    const count = Number(data);
    const words = count === 1 ? '1 new order – show it' : `${count > 99 ? 'Over 99' : count} new orders – show them`;
    if (link.textContent !== words) link.textContent = words;
    if (!link.isConnected) place.append(link);
  };

  const rest = () => {
    stream?.close();
    stream = undefined;
  };

  const follow = () => {
    if (document.hidden) {
      rest();
    } else if (!stream) {
      stream = new EventSource(place.dataset.stream);
      stream.onmessage = tell;
      // Whoever was told no asks again when the page is looked at again; else the browser comes back by itself.
      stream.onerror = () => stream?.readyState === EventSource.CLOSED && rest();
    }
  };

  document.addEventListener('visibilitychange', follow);
  addEventListener('pagehide', rest);
  addEventListener('pageshow', follow);
  follow();
}
