#!/usr/bin/env node
'use strict';
const { join } = require('path');
import def, * as all from "./mod.js";

/* The oldest way. */
function Plan(name) { this.name = name; }
Plan.prototype.rooms = function* () { yield* all.rooms(MAX_ROOMS, 0b11n); };

export class Room extends Plan {
  #id = null;
  static build = (x) => new Room(x);
  get size() { return this.#id?.length ?? 0; }
  async 'quoted key'() { label: for (let i = 0; i < 10; i++) { if (i % 2 === 0) continue label; } }
}
const conf = { a: 1, shout(x) { return x.toUpperCase(); }, walk: async () => {}, [join]: undefined, def };
const page = html`<p class="x">${conf.a} rooms</p>`;
console.log(`\t${page} /`, /a[b-z]+/gi.test("s"), window.document, typeof x, true);
export default <Card kind="b">text {page}</Card>;
