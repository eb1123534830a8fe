// Asks, while somebody is typing, whether a passage is a person's. The server reads the text and keeps nothing of it.

const PAUSE_MS = 500;

export class Questions {
  constructor(form) {
    this.form = form;
    this.place = form.querySelector('[data-questions]');
    this.template = form.querySelector('template[data-question]').content.firstElementChild;
    for (const name of ['note', 'address']) form.elements[name].addEventListener('input', () => this.later());
  }

  // A question is about the text as it was: with the next letter it is gone, and so is one that is still under way.
  later() {
    clearTimeout(this.timer);
    this.asked = null;
    this.place.replaceChildren();
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  // Without contact nothing is asked now; the receipt asks then.
  async ask() {
    clearTimeout(this.timer);
    const { note, address, csrf_token: token } = this.form.elements;
    const body = new URLSearchParams({ note: note.value, address: address.value, csrf_token: token.value });
    const asked = this.asked = String(body);
    try {
      const answer = await fetch(this.form.dataset.ask, { method: 'POST', body, signal: AbortSignal.timeout(8000) });
      const answered = answer.ok && await answer.json();
      if (answered && this.asked === asked) this.show(answered);
    } catch { /* see above */ }
  }

  show({ questions, refused, asked }) {
    this.form.elements.asked.value = questions.length ? asked : '';
    this.place.replaceChildren(...Object.values(refused).map((words) => this.refusal(words)), ...questions.map((each) => this.question(each)));
  }

  refusal(words) {
    const sentence = document.createElement('p');
    sentence.className = 'urgent';
    sentence.textContent = words;
    return sentence;
  }

  question({ field, what, found, without }) {
    const row = this.template.cloneNode(true);
    row.querySelector('[data-what]').textContent = what;
    for (const place of row.querySelectorAll('[data-found]')) place.textContent = found;
    row.querySelector('button').addEventListener('click', () => {
      this.form.elements[field].value = without;
      this.form.elements[field].dispatchEvent(new Event('input', { bubbles: true }));
      this.form.elements[field].focus();
      this.ask();
    });
    return row;
  }
}
