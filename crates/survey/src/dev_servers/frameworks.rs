//! The frameworks that package.json starts, the more special first: of several that fit a command the first one is meant.

use super::{
    table::{Framework, Role, framework},
    tools,
};

pub(crate) const VITE: &[&str] = &["--port", "{port}", "--strictPort", "--host", "127.0.0.1"];
pub(crate) const PORT_HOST: &[&str] = &["--port", "{port}", "--host", "127.0.0.1"];
const NEXT: &[&str] = &["-p", "{port}", "-H", "127.0.0.1"];
const SHORT: &[&str] = &["-p", "{port}"];
const PORT: &[&str] = &["--port", "{port}"];
const ONLY_VARIABLE: &[&str] = &[];
const RUN_VITE: &[&str] = &["vite", "dev"];
const BY_VITE: &[&str] = &["vite"];

#[rustfmt::skip]
const SITES: &[Framework] = &[
    framework("redwoodjs", "RedwoodJS", &["@redwoodjs/core"], &["rw dev", "redwood dev"], &["rw", "dev"]).port(8910, ONLY_VARIABLE).built(&["web/dist"]).falls_back(),
    framework("cedarjs", "CedarJS", &["@cedarjs/core"], &["cedar dev", "rw dev"], &["cedar", "dev"]).port(8910, ONLY_VARIABLE).built(&["web/dist"]).falls_back(),
    framework("blitz", "Blitz", &["blitz"], &["blitz dev"], &["blitz", "dev"]).port(3000, NEXT),
    framework("next-nx", "Next.js with Nx", &["@nx/next", "@nrwl/next"], &["nx serve", "nx dev"], &[]).port(4200, ONLY_VARIABLE),
    framework("next", "Next.js", &["next"], &["next dev", "next $"], &["next", "dev"]).port(3000, NEXT).built(&["out"]),
    framework("nuxt", "Nuxt", &["nuxt", "nuxt3", "nuxt-edge", "nuxt-nightly"], &["nuxt dev", "nuxi dev", "nuxt $"], &["nuxt", "dev"]).port(3000, PORT_HOST).built(&[".output/public", "dist"]),
    framework("nuxt2", "Nuxt 2", &["@nuxt/core", "nuxt-ts"], &["nuxt $", "nuxt-ts $"], &["nuxt"]).port(3000, &["--port", "{port}", "--hostname", "127.0.0.1"]).built(&["dist"]),
    framework("analog", "Analog", &["@analogjs/platform"], &["vite", "ng serve", "nx serve"], RUN_VITE).port(5173, PORT_HOST).built(&["dist/client", "dist/analog/public"]).falls_back(),
    framework("astro", "Astro", &["astro"], &["astro dev", "astro $"], &["astro", "dev"]).port(4321, PORT_HOST).built(&["dist"]),
    framework("hydrogen", "Hydrogen", &["@shopify/hydrogen"], &["shopify hydrogen dev", "hydrogen dev", "react-router dev", "vite"], &["shopify", "hydrogen", "dev"]).port(3000, PORT),
    framework("react-router", "React Router", &["@react-router/dev"], &["react-router dev"], &["react-router", "dev"]).port(5173, VITE).built(&["build/client"]).falls_back(),
    framework("remix", "Remix", &["@remix-run/dev", "remix"], &["remix vite:dev"], &["remix", "vite:dev"]).port(5173, VITE).built(&["build/client"]),
    framework("remix-classic", "Remix", &["@remix-run/dev", "@remix-run/react", "@remix-run/node", "@remix-run/cloudflare", "remix"], &["remix dev", "remix watch"], &[]).port(3000, ONLY_VARIABLE),
    framework("svelte-kit", "SvelteKit", &["@sveltejs/kit"], &["vite", "svelte-kit dev"], RUN_VITE).port(5173, VITE).built(&["build"]),
    framework("tanstack-start", "TanStack Start", &["@tanstack/react-start", "@tanstack/solid-start", "@tanstack/start"], &["vite", "vinxi dev"], RUN_VITE).port(3000, VITE),
    framework("solid-start", "SolidStart", &["@solidjs/start", "solid-start"], &["vinxi dev", "solid-start dev", "vite"], &["vinxi", "dev"]).port(3000, PORT_HOST),
    framework("qwik", "Qwik", &["@builder.io/qwik", "@qwik.dev/core", "@builder.io/qwik-city"], &["vite", "qwik dev"], &["vite", "--mode", "ssr"]).port(5173, VITE).built(&["dist"]),
    framework("waku", "Waku", &["waku"], &["waku dev"], &["waku", "dev"]).port(3000, PORT_HOST).built(&["dist/public"]),
    framework("vike", "Vike", &["vike", "vite-plugin-ssr"], &["vike dev", "vike $", "vite"], &["vike", "dev"]).port(3000, PORT_HOST).built(&["dist/client"]),
    framework("vinxi", "Vinxi", &["vinxi"], &["vinxi dev"], &["vinxi", "dev"]).port(3000, PORT_HOST),
    framework("gatsby", "Gatsby", &["gatsby"], &["gatsby develop", "gatsby dev"], &["gatsby", "develop"]).port(8000, NEXT).built(&["public"]),
    framework("gridsome", "Gridsome", &["gridsome"], &["gridsome develop"], &["gridsome", "develop"]).port(8080, PORT_HOST).built(&["dist"]),
    framework("angular", "Angular", &["@angular/cli", "@angular-devkit/build-angular", "@angular/build"], &["ng serve", "ng dev", "ng s"], &["ng", "serve"]).port(4200, PORT_HOST).built(&["dist"]).falls_back(),
    framework("quasar", "Quasar", &["quasar", "@quasar/app", "@quasar/app-vite", "@quasar/app-webpack", "quasar-cli"], &["quasar dev"], &["quasar", "dev"]).port(9000, &["--port", "{port}", "--hostname", "127.0.0.1"]).built(&["dist/spa"]).falls_back(),
    framework("vue", "Vue CLI", &["@vue/cli-service"], &["vue-cli-service serve"], &["vue-cli-service", "serve"]).port(8080, PORT_HOST).built(&["dist"]).falls_back(),
    framework("create-react-app", "Create React App", &["react-scripts", "@craco/craco", "react-app-rewired", "craco"], &["react-scripts start", "craco start", "react-app-rewired start"], &["react-scripts", "start"]).port(3000, ONLY_VARIABLE).built(&["build"]).falls_back(),
    framework("react-static", "React Static", &["react-static"], &["react-static start"], &["react-static", "start"]).port(3000, ONLY_VARIABLE).built(&["dist"]),
    framework("expo", "Expo", &["expo"], &["expo start --web", "expo start -w", "expo web", "expo start"], &["expo", "start", "--web"]).port(8081, PORT).built(&["dist", "web-build"]).falls_back(),
    framework("ember", "Ember", &["ember-cli", "ember-source"], &["ember serve", "ember server", "ember s"], &["ember", "serve"]).port(4200, PORT_HOST).built(&["dist"]).falls_back(),
    framework("preact-cli", "Preact CLI", &["preact-cli"], &["preact watch"], &["preact", "watch"]).port(8080, PORT_HOST).built(&["build"]),
    framework("wmr", "WMR", &["wmr"], &["wmr $", "wmr start"], &["wmr"]).port(8080, PORT_HOST).built(&["dist"]),
    framework("stencil", "Stencil", &["@stencil/core"], &["stencil build --serve"], &["stencil", "build", "--dev", "--watch", "--serve"]).port(3333, &["--port", "{port}", "--address", "127.0.0.1"]).built(&["www"]),
    framework("sapper", "Sapper", &["sapper"], &["sapper dev"], &["sapper", "dev"]).port(3000, SHORT).built(&["__sapper__/export"]),
    framework("mastra", "Mastra", &["mastra", "@mastra/core"], &["mastra dev"], &["mastra", "dev"]).role(Role::Service).port(4111, ONLY_VARIABLE),
    framework("tanstack-router", "TanStack Router", &["@tanstack/react-router", "@tanstack/solid-router", "@tanstack/router-plugin"], BY_VITE, RUN_VITE).port(5173, VITE).built(&["dist"]).falls_back(),
    framework("solid-js", "Solid", &["solid-js"], BY_VITE, RUN_VITE).port(5173, VITE).built(&["dist"]).falls_back(),
    framework("electron-vite", "electron-vite", &["electron-vite"], &["electron-vite dev", "electron-vite $"], &[]).role(Role::Runner).port(5173, ONLY_VARIABLE),
    framework("vite", "Vite", &["vite", "rolldown-vite", "vite-plus"], &["vite", "vite dev", "vp dev"], RUN_VITE).role(Role::Bundler).port(5173, VITE).built(&["dist"]).falls_back(),
    framework("svelte", "Svelte", &["svelte"], &["rollup -w", "rollup -cw", "rollup --watch"], &[]).role(Role::Bundler).port(8080, ONLY_VARIABLE).built(&["public"]),
];

/// All of them, the more special first.
pub(crate) fn all() -> impl Iterator<Item = &'static Framework> {
    SITES.iter().chain(tools::ALL)
}
