//! Imports and exports.

use crate::support::{check, refused};
use lectern_refactor::RefusedKind;

#[test]
fn what_is_exported_is_renamed_where_it_is_imported() {
    check(
        "
//- lib/a.ts
export function load$0() { return load; }
//- b.ts
import { load } from './lib/a';
import { load as other } from './lib/a.js';
import * as all from './lib/a';
load(); other(); all.load();
//- c.ts
import { load } from './missing';
load();
",
        "
//- lib/a.ts
export function fresh() { return fresh; }
//- b.ts
import { fresh } from './lib/a';
import { fresh as other } from './lib/a.js';
import * as all from './lib/a';
fresh(); other(); all.fresh();
//- c.ts
import { load } from './missing';
load();
",
    );
}

#[test]
fn an_import_renamed_where_it_is_used_gets_an_alias() {
    check(
        "
//- a.ts
export const depth = 1;
//- b.ts
import { depth } from './a';
export { depth };
log(depth$0);
",
        "
//- a.ts
export const depth = 1;
//- b.ts
import { depth as fresh } from './a';
export { fresh as depth };
log(fresh);
",
    );
}

#[test]
fn an_export_list_keeps_what_a_module_offers() {
    check(
        "
//- a.ts
const inner$0 = 1;
export { inner };
//- b.ts
import { inner } from './a';
inner;
",
        "
//- a.ts
const fresh = 1;
export { fresh as inner };
//- b.ts
import { inner } from './a';
inner;
",
    );
}

#[test]
fn an_exported_name_is_renamed_with_its_importers() {
    check(
        "
//- a.ts
const inner = 1;
export { inner as outer$0 };
//- b.ts
export * from './a';
//- c.ts
import { outer } from './b';
outer;
",
        "
//- a.ts
const inner = 1;
export { inner as fresh };
//- b.ts
export * from './a';
//- c.ts
import { fresh } from './b';
fresh;
",
    );
}

#[test]
fn a_default_import_follows_when_it_is_called_alike() {
    check(
        "
//- a.ts
export default class Engine$0 {}
//- b.ts
import Engine from './a';
import Other from './a';
new Engine(); new Other();
",
        "
//- a.ts
export default class fresh {}
//- b.ts
import fresh from './a';
import Other from './a';
new fresh(); new Other();
",
    );
}

#[test]
fn required_modules_are_followed() {
    check(
        "
//- a.js
exports.scale$0 = function (x) { return x; };
module.exports.other = exports.scale;
//- b.js
const a = require('./a');
const { scale } = require('./a');
a.scale(scale(1));
",
        "
//- a.js
exports.fresh = function (x) { return x; };
module.exports.other = exports.fresh;
//- b.js
const a = require('./a');
const { fresh: scale } = require('./a');
a.fresh(scale(1));
",
    );
}

#[test]
fn an_object_that_is_exported_whole_offers_its_members() {
    check(
        "
//- a.js
function build() {}
module.exports = { build$0 };
//- b.js
const tools = require('./a');
tools.build();
",
        "
//- a.js
function fresh() {}
module.exports = { build: fresh };
//- b.js
const tools = require('./a');
tools.build();
",
    );
}

#[test]
fn imports_at_run_time_are_followed() {
    check(
        "
//- a.ts
export const value$0 = 1;
//- b.ts
async function f() {
    const a = await import('./a');
    const { value } = await import('./a');
    return a.value + value;
}
type T = typeof import('./a').value;
",
        "
//- a.ts
export const fresh = 1;
//- b.ts
async function f() {
    const a = await import('./a');
    const { fresh: value } = await import('./a');
    return a.fresh + value;
}
type T = typeof import('./a').fresh;
",
    );
}

#[test]
fn paths_of_the_settings_lead_to_files() {
    check(
        "
//- tsconfig.json
{ \"extends\": \"./base.json\", /* own */ \"compilerOptions\": { \"strict\": true, } }
//- base.json
{ \"compilerOptions\": { \"baseUrl\": \".\", \"paths\": { \"@/*\": [\"src/*\"] } } }
//- src/a/index.ts
export const one$0 = 1;
//- src/b.ts
import { one } from '@/a';
one;
",
        "
//- tsconfig.json
{ \"extends\": \"./base.json\", /* own */ \"compilerOptions\": { \"strict\": true, } }
//- base.json
{ \"compilerOptions\": { \"baseUrl\": \".\", \"paths\": { \"@/*\": [\"src/*\"] } } }
//- src/a/index.ts
export const fresh = 1;
//- src/b.ts
import { fresh } from '@/a';
fresh;
",
    );
}

#[test]
fn packages_of_the_project_lead_to_their_sources() {
    check(
        "
//- packages/core/package.json
{ \"name\": \"@it/core\", \"exports\": { \".\": { \"import\": \"./dist/index.js\" }, \"./*\": \"./src/*.ts\" } }
//- packages/core/src/index.ts
export const core$0 = 1;
//- packages/core/src/more.ts
export { core as more } from './index';
//- packages/app/main.ts
import { core } from '@it/core';
import { more } from '@it/core/more';
core + more;
",
        "
//- packages/core/package.json
{ \"name\": \"@it/core\", \"exports\": { \".\": { \"import\": \"./dist/index.js\" }, \"./*\": \"./src/*.ts\" } }
//- packages/core/src/index.ts
export const fresh = 1;
//- packages/core/src/more.ts
export { fresh as more } from './index';
//- packages/app/main.ts
import { fresh } from '@it/core';
import { more } from '@it/core/more';
fresh + more;
",
    );
}

#[test]
fn what_is_installed_is_refused() {
    refused(
        "
//- node_modules/dep/package.json
{ \"name\": \"dep\", \"main\": \"index.js\" }
//- node_modules/dep/index.js
exports.run = () => 1;
//- a.js
const dep = require('dep');
dep.run$0();
",
        "fresh",
        RefusedKind::External,
    );
}

#[test]
fn scripts_share_what_they_declare() {
    check(
        "
//- a.js
var shared$0 = 1;
//- b.js
shared + 1;
//- c.mjs
export const x = 1; const shared = 2; shared;
",
        "
//- a.js
var fresh = 1;
//- b.js
fresh + 1;
//- c.mjs
export const x = 1; const shared = 2; shared;
",
    );
}
