/** The drawings of every icon, on a 24 by 24 grid, stroked with the text colour. */
export const icons = {
  lectern:
    '<path d="M7.5 4h9l2 8.5h-13z"/><path d="M3.5 12.5h17M10 8.2h4M10.3 12.5 9.5 20M13.7 12.5 14.5 20M7 20h10"/>',
  read: '<path d="M12 6.5C10 5 7 4.5 3.5 5v13c3.5-.5 6.5 0 8.5 1.5 2-1.5 5-2 8.5-1.5V5C17 4.5 14 5 12 6.5z"/><path d="M12 6.5v13"/>',
  search: '<circle cx="11" cy="11" r="6.5"/><path d="m20 20-4.3-4.3"/>',
  versions:
    '<circle cx="12" cy="5" r="2"/><circle cx="12" cy="12" r="2"/><circle cx="12" cy="19" r="2"/><path d="M12 7v3M12 14v3"/><path d="M17 5h3M17 12h3M17 19h3"/>',
  jobs: '<path d="M14.5 4.5 19.5 9.5 9 20H4v-5z"/><path d="m12.5 6.5 5 5"/>',
  refactor:
    '<path d="M4 7h11a4 4 0 0 1 4 4v1"/><path d="m7.5 3.5-3.5 3.5 3.5 3.5"/><path d="M20 17H9a4 4 0 0 1-4-4v-1"/><path d="m16.5 20.5 3.5-3.5-3.5-3.5"/>',
  preview: '<rect x="3" y="4.5" width="18" height="15" rx="2"/><path d="M3 9h18M6.5 6.8h.01M9 6.8h.01"/>',
  settings:
    '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>',
  lock: '<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
  bell: '<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15z"/><path d="M10 20.5h4"/>',
  folder:
    '<path d="M3.5 18V6.5a1.5 1.5 0 0 1 1.5-1.5h4l2 2.5h8a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18z"/>',
  file: '<path d="M13.5 3.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5z"/><path d="M13.5 3.5v5h5"/>',
  chevd: '<path d="m6 9 6 6 6-6"/>',
  chevr: '<path d="m9 6 6 6-6 6"/>',
  check: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
  minus: '<path d="M5 12h14"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  x: '<path d="m6 6 12 12M18 6 6 18"/>',
  branch:
    '<circle cx="6.5" cy="5.5" r="2"/><circle cx="6.5" cy="18.5" r="2"/><circle cx="17.5" cy="8.5" r="2"/><path d="M6.5 7.5v9M17.5 10.5c0 4-6 3-10 5.5"/>',
  msg: '<path d="M20 12.5a7 7 0 0 1-7 6.5H4.5L6 16.2A7 7 0 1 1 20 12.5z"/>',
  anchor: '<circle cx="12" cy="5.5" r="2"/><path d="M12 7.5V20M5 13a7 7 0 0 0 14 0M9 11h6"/>',
  moved: '<path d="M6 4v7a4 4 0 0 0 4 4h8"/><path d="m14 11 4 4-4 4"/>',
  pencil: '<path d="M16.5 4.5 19.5 7.5 8.5 18.5 4.5 19.5 5.5 15.5z"/>',
  eye: '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>',
  eyeoff:
    '<path d="M4 4l16 16M9.7 9.8a2.8 2.8 0 0 0 4.2 4.2M6.6 7.2C4 9 2.5 12 2.5 12S6 18.5 12 18.5c1.900 0 3.500-.6 4.900-1.500M10 5.700c.6-.1 1.300-.2 2-.2 6 0 9.500 6.500 9.500 6.500s-.8 1.500-2.300 3.100"/>',
  clock: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
  unlink:
    '<path d="M10 14a4 4 0 0 1 0-5.6l2.5-2.5a4 4 0 0 1 5.6 5.6L17 12.6M14 10a4 4 0 0 1 .6 5M11.5 18a4 4 0 0 1-5.6-5.6L7 11.3"/><path d="M4 4l16 16"/>',
  seal: '<path d="M12 3.5l2.4 1.7 2.900.1.9 2.8 2.3 1.8-.9 2.800.9 2.8-2.3 1.8-.9 2.8-2.900.1L12 21.5l-2.4-1.7-2.9-.1-.9-2.8-2.3-1.800.9-2.8-.9-2.8 2.3-1.800.9-2.8 2.9-.1z" transform="translate(0 -.5)"/><path d="m8.8 12 2.3 2.3 4.2-4.5"/>',
  play: '<path d="M7.5 5v14l11-7z"/>',
  stop: '<rect x="6" y="6" width="12" height="12" rx="1.5"/>',
  refresh: '<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9"/><path d="M19.5 4.5V9H15"/>',
  load: '<path d="M20.5 12a8.5 8.5 0 1 1-6.3-8.2"/>',
  ext: '<path d="M14 4.5h5.5V10M19.5 4.5 11 13M17.5 14v4a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V8A1.5 1.5 0 0 1 6 6.5h4"/>',
  more: '<path d="M6 12h.01M12 12h.01M18 12h.01" stroke-width="2.5"/>',
  copy: '<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 8.5V6a1.5 1.5 0 0 0-1.5-1.5H6A1.5 1.5 0 0 0 4.5 6v8A1.5 1.5 0 0 0 6 15.5h2.5"/>',
  warn: '<path d="M12 4.5 21 19.5H3z"/><path d="M12 10v4.5M12 17h.01"/>',
  info: '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8h.01"/>',
  bad: '<circle cx="12" cy="12" r="8.5"/><path d="m9 9 6 6M15 9l-6 6"/>',
  okc: '<circle cx="12" cy="12" r="8.5"/><path d="m8.5 12.5 2.5 2.5 4.5-5"/>',
  kbd: '<rect x="2.5" y="6" width="19" height="12" rx="2"/><path d="M6 10h.01M10 10h.01M14 10h.01M18 10h.01M7.5 14h9"/>',
  shield: '<path d="M12 3.5 19 6v6c0 4.5-3 7-7 8.5C8 19 5 16.5 5 12V6z"/>',
  cpu: '<rect x="6.5" y="6.5" width="11" height="11" rx="1.5"/><rect x="10" y="10" width="4" height="4"/><path d="M9.5 3.5v3M14.5 3.5v3M9.5 17.5v3M14.5 17.5v3M3.5 9.5h3M3.5 14.5h3M17.5 9.5h3M17.5 14.5h3"/>',
  drive:
    '<rect x="3.5" y="13" width="17" height="6" rx="1.5"/><path d="m4 14 3-8.5h10L20 14M7 16h.01M10 16h.01"/>',
  link: '<path d="M10 14a4 4 0 0 1 0-5.6l2.5-2.5a4 4 0 0 1 5.6 5.6L16.6 13M14 10a4 4 0 0 1 0 5.6l-2.5 2.5a4 4 0 0 1-5.6-5.6L7.4 11"/>',
  phone: '<rect x="7" y="3.5" width="10" height="17" rx="2"/><path d="M11 17.5h2"/>',
  tablet: '<rect x="5" y="3.5" width="14" height="17" rx="2"/><path d="M11 17.5h2"/>',
  monitor: '<rect x="3" y="4.5" width="18" height="12" rx="2"/><path d="M9 20h6M12 16.5V20"/>',
  cols: '<rect x="3.5" y="4.5" width="17" height="15" rx="1.5"/><path d="M12 4.5v15"/>',
  rows: '<path d="M4 6h16M4 10h16M4 14h10M4 18h10"/>',
  sun: '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4"/>',
  moon: '<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"/>',
  filter: '<path d="M4 6h16M7 12h10M10 18h4"/>',
  undo: '<path d="M8.5 5 4.5 9l4 4"/><path d="M4.5 9H14a5 5 0 0 1 0 10H9"/>',
  enter: '<path d="M19.5 6v5a3 3 0 0 1-3 3H5"/><path d="m9 10-4 4 4 4"/>',
  ask: '<circle cx="12" cy="12" r="8.5"/><path d="M9.7 9.5a2.4 2.4 0 1 1 3.3 2.3c-.7.3-1 .8-1 1.7M12 16.5h.01"/>',
  wifioff:
    '<path d="M4 4l16 16M8.5 15a5 5 0 0 1 7 0M5 11.5a10 10 0 0 1 4-2.4M14 8.9a10 10 0 0 1 5 2.6M12 18.5h.01"/>',
  swap: '<path d="M4 8.5h14M14.5 5 18 8.5 14.5 12M20 15.5H6M9.5 12 6 15.5 9.5 19"/>',
  up: '<path d="M12 19V5M6 11l6-6 6 6"/>',
  down: '<path d="M12 5v14M6 13l6 6 6-6"/>',
  right: '<path d="M5 12h14M13 6l6 6-6 6"/>',
  key: '<circle cx="8" cy="15.5" r="4"/><path d="m11 12.5 8.5-8M16 8l2.5 2.5"/>',
  dot: '<circle cx="12" cy="12" r="3.5"/>',
  palette: '<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17M12 12h8.5M12 7.5h7M12 16.5h7"/>',
  home: '<rect x="4" y="4.5" width="16" height="4" rx="1"/><rect x="4" y="10" width="16" height="4" rx="1"/><rect x="4" y="15.5" width="16" height="4" rx="1"/>',
} as const;

export type IconName = keyof typeof icons;
