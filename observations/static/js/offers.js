// What a photo says of time and place is offered, and counts only where it is chosen.

const PHOTO_IS_OLD_MS = 3_600_000;

export async function offerFacts(form, photos) {
  const { takenAt, latitude } = await photos.facts();
  offer(form, 'time', 'now', takenAt && new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' }).format(takenAt));
  offer(form, 'place', 'address', latitude && ' ');
  const old = takenAt && Date.now() - takenAt.getTime() > PHOTO_IS_OLD_MS;
  if (old && !photos.moment) form.querySelector('.fold').open = true;
}

function offer(form, name, otherwise, what) {
  const choice = form.querySelector(`[name="${name}"][value="photo"]`);
  choice.closest('.tick').hidden = !what;
  const said = choice.parentElement.querySelector('[data-said]');
  if (said) said.textContent = what?.trim() ? `: ${what}` : '';
  if (!what && choice.checked) form.querySelector(`[name="${name}"][value="${otherwise}"]`).checked = true;
}
