// Follows a running iteration. Without script the page asks again by itself every few seconds.
const at = document.body.dataset.live;
const place = document.querySelector("[data-progress]");
if (at) {
  const events = new EventSource(at);
  events.addEventListener("progress", (e) => { if (place) place.innerHTML = e.data; });
  events.addEventListener("done", () => { events.close(); location.reload(); });
}
