// Finds elements as a person would name them. Joined before every script that the harness runs.
const squeeze = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const isShown = (element) => {
  if (element.closest('[inert], [hidden]')) return false;
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) {
    // A native check box or radio may be drawn by its label.
    return element.matches('input[type=checkbox], input[type=radio]') && Boolean(element.labels?.length);
  }
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
};
const textOf = (element) => {
  if (element.getAttribute?.('aria-hidden') === 'true') return '';
  let text = '';
  for (const child of element.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) text += child.data;
    else if (child.nodeType === Node.ELEMENT_NODE) text += ' ' + (child.getAttribute('aria-label') ?? child.getAttribute('alt') ?? textOf(child)) + ' ';
  }
  return text;
};
const nameOf = (element) => {
  const ids = element.getAttribute('aria-labelledby');
  if (ids) return squeeze(ids.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join(' '));
  const label = element.getAttribute('aria-label');
  if (label) return squeeze(label);
  if (element.labels?.length) return squeeze([...element.labels].map((each) => textOf(each)).join(' '));
  if (element.matches('input, select, textarea')) return squeeze(element.placeholder || element.title || (element.type === 'submit' ? element.value : ''));
  return squeeze(element.getAttribute('alt') || textOf(element) || element.title);
};
const implicit = {
  button: 'button, input[type=submit], input[type=button], summary',
  link: 'a[href]',
  textbox: 'input:not([type]), input[type=text], input[type=email], input[type=password], input[type=search], input[type=url], input[type=number], textarea, [contenteditable=true], [role=searchbox], [role=combobox], [role=spinbutton]',
  checkbox: 'input[type=checkbox], [role=switch]',
  radio: 'input[type=radio]',
  heading: 'h1, h2, h3, h4, h5, h6',
  combobox: 'select',
  dialog: 'dialog[open], [role=alertdialog]',
  img: 'img',
  listitem: 'li',
  option: 'option',
  navigation: 'nav',
};
const named = (role, wanted, root = document) => {
  const css = role === '*' ? '*' : `[role="${role}"]` + (implicit[role] ? `, ${implicit[role]}` : '');
  const shown = [...root.querySelectorAll(css)].filter((element) => {
    const own = element.getAttribute('role');
    return (role === '*' || !own || own === role || element.matches(implicit[role] ?? ':not(*)')) && isShown(element);
  });
  const low = wanted.toLowerCase();
  const names = shown.map((element) => nameOf(element).toLowerCase());
  const pick = (fits) => shown[names.findIndex(fits)] ?? null;
  return pick((name) => name === low) ?? pick((name) => name.startsWith(low)) ?? pick((name) => name.includes(low));
};
