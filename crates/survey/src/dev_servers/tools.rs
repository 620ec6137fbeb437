//! What package.json starts besides the frameworks for applications: documentation, site generators, bundlers, servers.

use super::{
    frameworks::PORT_HOST,
    table::{Framework, Role, framework},
};

const ONLY_VARIABLE: &[&str] = &[];
const SHORT: &[&str] = &["-p", "{port}"];
const SHORT_HOST: &[&str] = &["-p", "{port}", "--host", "127.0.0.1"];

#[rustfmt::skip]
pub(crate) const ALL: &[Framework] = &[
    // Documentation.
    framework("docusaurus", "Docusaurus", &["@docusaurus/core"], &["docusaurus start"], &["docusaurus", "start"]).role(Role::Docs).port(3000, &["--port", "{port}", "--host", "127.0.0.1", "--no-open"]).built(&["build"]),
    framework("docusaurus-1", "Docusaurus 1", &["docusaurus"], &["docusaurus-start"], &["docusaurus-start"]).role(Role::Docs).port(3000, &["--port", "{port}"]).built(&["build"]),
    framework("vitepress", "VitePress", &["vitepress"], &["vitepress dev", "vitepress"], &["vitepress", "dev"]).role(Role::Docs).port(5173, PORT_HOST).built(&[".vitepress/dist", "docs/.vitepress/dist"]),
    framework("vuepress", "VuePress", &["vuepress", "@vuepress/cli", "vuepress-vite"], &["vuepress dev", "vuepress-vite dev", "vuepress-webpack dev"], &["vuepress", "dev"]).role(Role::Docs).port(8080, PORT_HOST).built(&[".vuepress/dist", "docs/.vuepress/dist"]),
    framework("rspress", "Rspress", &["rspress", "@rspress/core"], &["rspress dev"], &["rspress", "dev"]).role(Role::Docs).port(3000, PORT_HOST).built(&["doc_build"]),
    framework("docsify", "docsify", &["docsify-cli"], &["docsify serve", "docsify start"], &["docsify", "serve", "docs"]).role(Role::Docs).port(3000, SHORT),
    framework("mintlify", "Mintlify", &["mintlify", "mint"], &["mintlify dev", "mint dev"], &["mint", "dev"]).role(Role::Docs).port(3000, &["--port", "{port}"]),
    framework("observable", "Observable Framework", &["@observablehq/framework"], &["observable preview", "observable dev"], &["observable", "preview"]).port(3000, PORT_HOST).built(&["dist"]),
    framework("storybook", "Storybook", &["storybook", "@storybook/react", "@storybook/vue3", "@storybook/angular", "@storybook/html", "@storybook/svelte", "@storybook/web-components"], &["storybook dev", "start-storybook", "sb dev"], &["storybook", "dev"]).role(Role::Workbench).port(6006, &["-p", "{port}", "-h", "127.0.0.1", "--ci"]).built(&["storybook-static"]),
    framework("histoire", "Histoire", &["histoire"], &["histoire dev"], &["histoire", "dev"]).role(Role::Workbench).port(6006, &["--port", "{port}"]),
    framework("ladle", "Ladle", &["@ladle/react"], &["ladle serve", "ladle dev"], &["ladle", "serve"]).role(Role::Workbench).port(61000, &["--port", "{port}", "--host", "127.0.0.1"]),
    framework("slidev", "Slidev", &["@slidev/cli"], &["slidev"], &["slidev"]).port(3030, &["--port", "{port}"]).built(&["dist"]),
    // Site generators.
    framework("eleventy", "Eleventy", &["@11ty/eleventy"], &["eleventy --serve"], &["eleventy", "--serve"]).port(8080, &["--port={port}"]).built(&["_site"]),
    framework("hexo", "Hexo", &["hexo"], &["hexo server", "hexo s", "hexo serve"], &["hexo", "server"]).port(4000, &["-p", "{port}", "-i", "127.0.0.1"]).built(&["public"]),
    framework("phenomic", "Phenomic", &["@phenomic/core", "phenomic"], &["phenomic start"], &["phenomic", "start"]).port(3333, ONLY_VARIABLE).built(&["public"]),
    framework("wintersmith", "Wintersmith", &["wintersmith"], &["wintersmith preview"], &["wintersmith", "preview"]).port(8080, SHORT).built(&["build"]),
    framework("harp", "Harp", &["harp"], &["harp server", "harp"], &["harp", "server"]).port(9000, SHORT).built(&["www", "build"]),
    framework("docpad", "DocPad", &["docpad"], &["docpad run", "docpad server"], &["docpad", "run"]).port(9778, &["--port", "{port}"]).built(&["out"]),
    framework("roots", "Roots", &["roots"], &["roots watch"], &["roots", "watch"]).port(1111, ONLY_VARIABLE).built(&["public"]),
    framework("metalsmith", "Metalsmith", &["metalsmith"], &["metalsmith --watch", "metalsmith"], &["metalsmith"]).role(Role::Runner).port(0, ONLY_VARIABLE).built(&["build"]),
    framework("assemble", "Assemble", &["assemble"], &["assemble serve", "assemble"], &["assemble"]).role(Role::Runner).built(&["dist"]),
    framework("lume", "Lume", &["lume"], &["lume --serve", "lume -s"], &[]).port(3000, &["--port={port}"]).built(&["_site"]),
    // Bundlers and what runs tasks.
    framework("brunch", "Brunch", &["brunch"], &["brunch watch --server", "brunch watch -s", "brunch w --server"], &["brunch", "watch", "--server"]).role(Role::Bundler).port(3333, SHORT).built(&["public"]),
    framework("parcel", "Parcel", &["parcel", "parcel-bundler"], &["parcel serve", "parcel"], &[]).role(Role::Bundler).port(1234, PORT_HOST).built(&["dist"]),
    framework("rsbuild", "Rsbuild", &["@rsbuild/core"], &["rsbuild dev", "rsbuild"], &["rsbuild", "dev"]).role(Role::Bundler).port(3000, PORT_HOST).built(&["dist"]).falls_back(),
    framework("farm", "Farm", &["@farmfe/core"], &["farm start", "farm"], &["farm", "start"]).role(Role::Bundler).port(9000, PORT_HOST).built(&["dist"]).falls_back(),
    framework("rspack", "Rspack", &["@rspack/cli"], &["rspack serve", "rspack dev"], &["rspack", "serve"]).role(Role::Bundler).port(8080, PORT_HOST).built(&["dist"]),
    framework("umi", "Umi", &["umi", "@umijs/max"], &["umi dev", "max dev"], &["umi", "dev"]).port(8000, ONLY_VARIABLE).built(&["dist"]).falls_back(),
    framework("snowpack", "Snowpack", &["snowpack"], &["snowpack dev"], &["snowpack", "dev"]).role(Role::Bundler).port(8080, &["--port", "{port}"]).built(&["build"]),
    framework("encore", "Symfony Encore", &["@symfony/webpack-encore"], &["encore dev-server"], &[]).role(Role::Bundler).port(8080, PORT_HOST),
    framework("webpack", "webpack-dev-server", &["webpack-dev-server"], &["webpack serve", "webpack s", "webpack-dev-server"], &["webpack", "serve"]).role(Role::Bundler).port(8080, PORT_HOST).built(&["dist"]),
    framework("web-dev-server", "Modern Web dev server", &["@web/dev-server"], &["web-dev-server", "wds"], &["web-dev-server"]).role(Role::Bundler).port(8000, PORT_HOST),
    framework("gulp", "gulp", &["gulp"], &["gulp serve", "gulp dev", "gulp watch", "gulp"], &[]).role(Role::Runner).port(3000, ONLY_VARIABLE),
    framework("grunt", "Grunt", &["grunt"], &["grunt serve", "grunt server", "grunt watch", "grunt"], &[]).role(Role::Runner),
    // Servers.
    framework("nest", "NestJS", &["@nestjs/cli", "@nestjs/core"], &["nest start --watch", "nest start"], &["nest", "start", "--watch"]).role(Role::Service).port(3000, ONLY_VARIABLE),
    framework("adonis", "AdonisJS", &["@adonisjs/core"], &["node ace serve", "node ace"], &["node", "ace", "serve", "--hmr"]).port(3333, ONLY_VARIABLE),
    framework("cloudflare-workers", "Cloudflare Workers", &["wrangler"], &["wrangler dev", "wrangler pages"], &["wrangler", "dev"]).role(Role::Service).port(8787, &["--port", "{port}", "--ip", "127.0.0.1"]),
    framework("strapi", "Strapi", &["@strapi/strapi"], &["strapi develop", "strapi dev"], &["strapi", "develop"]).role(Role::Service).port(1337, ONLY_VARIABLE),
    framework("hono", "Hono", &["hono"], &["tsx", "bun"], &[]).role(Role::Service).port(3000, ONLY_VARIABLE),
    framework("meteor", "Meteor", &["meteor-node-stubs"], &["meteor run", "meteor"], &[]).port(3000, &["--port", "127.0.0.1:{port}"]),
    framework("netlify-dev", "Netlify CLI", &[], &["netlify dev", "ntl dev"], &[]).role(Role::Runner).port(8888, &["--port", "{port}"]),
    framework("vercel-dev", "Vercel CLI", &[], &["vercel dev", "vc dev"], &[]).role(Role::Runner).port(3000, &["--listen", "127.0.0.1:{port}"]),
    // Programs of other languages that scripts start.
    framework("hugo", "Hugo", &[], &["hugo server", "hugo serve"], &[]).port(1313, &["--port", "{port}", "--bind", "127.0.0.1"]).built(&["public"]),
    framework("jekyll", "Jekyll", &[], &["jekyll serve", "jekyll server", "jekyll s", "bundle exec jekyll serve"], &[]).port(4000, PORT_HOST).built(&["_site"]),
    framework("zola", "Zola", &[], &["zola serve"], &[]).port(1111, &["--port", "{port}", "--interface", "127.0.0.1"]).built(&["public"]),
    framework("mkdocs", "MkDocs", &[], &["mkdocs serve"], &[]).role(Role::Docs).port(8000, &["-a", "127.0.0.1:{port}"]).built(&["site"]),
    framework("middleman", "Middleman", &[], &["middleman server", "bundle exec middleman"], &[]).port(4567, &["-p", "{port}", "--bind-address", "127.0.0.1"]).built(&["build"]),
    framework("django", "Django", &[], &["python manage.py runserver", "python3 manage.py runserver"], &[]).port(8000, &["127.0.0.1:{port}"]),
    framework("laravel", "Laravel", &[], &["php artisan serve"], &[]).port(8000, &["--port={port}", "--host=127.0.0.1"]),
    framework("fresh", "Fresh", &[], &["deno run -A"], &[]).port(8000, ONLY_VARIABLE),
    framework("live-server", "live-server", &["live-server"], &["live-server"], &[]).role(Role::Files).port(8080, &["--port={port}", "--host=127.0.0.1", "--no-browser"]),
    framework("http-server", "http-server", &["http-server"], &["http-server"], &[]).role(Role::Files).port(8080, &["-p", "{port}", "-a", "127.0.0.1"]),
    framework("serve", "serve", &["serve"], &["serve"], &[]).role(Role::Files).port(3000, &["-l", "tcp://127.0.0.1:{port}"]),
    framework("lite-server", "lite-server", &["lite-server"], &["lite-server"], &[]).role(Role::Files).port(3000, ONLY_VARIABLE),
    framework("browser-sync", "Browsersync", &["browser-sync"], &["browser-sync start", "browser-sync --server"], &[]).role(Role::Files).port(3000, SHORT_HOST),
    framework("esbuild", "esbuild", &["esbuild"], &["esbuild --servedir", "esbuild --serve"], &[]).role(Role::Bundler).port(8000, ONLY_VARIABLE),
    // The one that a dependency alone tells, when the command is a program of the project's own.
    framework("express", "Express", &["express"], &[], &[]).role(Role::Service).port(3000, ONLY_VARIABLE),
    framework("fastify", "Fastify", &["fastify"], &["fastify start"], &[]).role(Role::Service).port(3000, ONLY_VARIABLE),
    framework("koa", "Koa", &["koa"], &[], &[]).role(Role::Service).port(3000, ONLY_VARIABLE),
    framework("hapi", "hapi", &["@hapi/hapi"], &[], &[]).role(Role::Service).port(3000, ONLY_VARIABLE),
];
