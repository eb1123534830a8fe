// Stands in the page itself and runs before anything is shown: the first question can be answered while report.js is on its
// way. The camera opens at once; what was chosen or tapped meanwhile is handed over when report.js says that it has begun.

(() => {
  const PATIENCE_MS = 20_000; // then rather the form as one page
  if (!('noModule' in HTMLScriptElement.prototype)) return; // report.js will not run here
  let chosen = null;
  let tapped = null;

  function click({ target }) {
    const button = target.closest('button[type="button"]');
    if (button?.dataset.choose) document.getElementById(button.dataset.choose).click();
    else if (button) tapped = button;
  }

  function change({ target }) {
    if (target.type === 'file') chosen = target;
  }

  // A draft that came back counts for more than a tap, and a photo for more than a draft.
  function handOver({ detail }) {
    stop();
    if (chosen) chosen.dispatchEvent(new Event('change', { bubbles: true }));
    else if (!detail?.draft) tapped?.click();
  }

  // It did not come, or the browser does not understand it. What was chosen is still in the form.
  function giveUp({ target }) {
    if (target !== window && !target.matches?.('script')) return;
    stop();
    document.body.classList.remove('stepped');
    document.getElementById('report').dataset.plain = ''; // should report.js still come, it leaves the page so
  }

  const heard = { click, change, 'report-begins': handOver };
  for (const [name, what] of Object.entries(heard)) document.addEventListener(name, what);
  window.addEventListener('error', giveUp, true);
  const timer = setTimeout(giveUp, PATIENCE_MS, { target: window });

  function stop() {
    clearTimeout(timer);
    window.removeEventListener('error', giveUp, true);
    for (const [name, what] of Object.entries(heard)) document.removeEventListener(name, what);
  }

  document.body.classList.add('stepped');
})();
