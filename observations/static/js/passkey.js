// Passkeys. The server says what to ask the browser for; what the browser answers goes back with the ordinary form,
// so that whatever comes of it is a page.

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

// The browsers' own way between these and JSON is younger than passkeys are.
const ANSWERED = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];

function written({ id, rawId, type, response }) {
  const parts = ANSWERED.filter((name) => response[name]).map((name) => [name, toText(response[name])]);
  return JSON.stringify({ id, rawId: toText(rawId), type, response: Object.fromEntries(parts) });
}

const ask = {
  create: ({ challenge, user, excludeCredentials, ...more }) => navigator.credentials.create({
    publicKey: {
      ...more,
      challenge: toBytes(challenge),
      user: { ...user, id: toBytes(user.id) },
      excludeCredentials: excludeCredentials.map((each) => ({ ...each, id: toBytes(each.id) })),
    },
  }),
  get: ({ challenge, ...more }) => navigator.credentials.get({ publicKey: { ...more, challenge: toBytes(challenge) } }),
};

class Refused extends Error {}

async function options(form) {
  const answer = await fetch(form.dataset.options, { method: 'POST', body: new FormData(form), signal: AbortSignal.timeout(15_000) });
  const known = answer.headers.get('Content-Type') === 'application/json' ? await answer.json() : {};
  if (!answer.ok) throw new Refused(known.sentence ?? '');
  return known;
}

function words(form, error) {
  if (error instanceof Refused && error.message) return error.message;
  if (error.name === 'NotAllowedError') return form.dataset.wordsCancelled; // also when time ran out, or there is none
  if (error.name === 'InvalidStateError') return form.dataset.wordsKnown;
  return form.dataset.wordsFailed;
}

async function pressed(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector('button');
  if (button.getAttribute('aria-busy') === 'true') return;
  const said = form.querySelector('[data-said]');
  said.textContent = '';
  button.setAttribute('aria-busy', 'true');
  try {
    form.elements.answer.value = written(await ask[form.dataset.passkey](await options(form)));
    form.submit();
  } catch (error) {
    said.textContent = words(form, error);
    button.removeAttribute('aria-busy');
  }
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const able = Boolean(window.PublicKeyCredential);
  form.hidden = !able;
  form.parentElement.querySelector('[data-unable]').hidden = able;
  form.addEventListener('submit', pressed);
}

addEventListener('pageshow', () => { // come back to with the back button
  for (const button of document.querySelectorAll('form[data-passkey] button')) button.removeAttribute('aria-busy');
});

// A key that was removed here is not offered by the browser any more, where it can be told so.
const accepted = document.querySelector('[data-accepted]')?.dataset.accepted;
if (accepted) window.PublicKeyCredential?.signalAllAcceptedCredentials?.(JSON.parse(accepted)).catch(() => {});
