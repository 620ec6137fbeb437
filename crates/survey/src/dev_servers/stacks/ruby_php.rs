//! Servers in Ruby, PHP and Elixir, which make pages on the server.

use crate::dev_servers::table::{
    Entry, Grade, Role,
    Sign::{Any, File, Needs, No, Text},
    Stack, Through, stack,
};

const fn at(path: &'static str, text: &'static str) -> Entry {
    Entry { path, text }
}

const RAILS: &[&str] = &["-p", "{port}", "-b", "127.0.0.1"];
const RACK: &[&str] = &["-p", "{port}", "-o", "127.0.0.1"];
/// The last address that PHP is given is the one that it takes.
const PHP: &[&str] = &["-S", "127.0.0.1:{port}"];
const IS_RAILS: &[crate::dev_servers::table::Sign] = &[Needs("Gemfile", "rails"), File("bin/rails")];

#[rustfmt::skip]
pub(crate) const ALL: &[Stack] = &[
    stack("rails", "Rails", &[File("bin/dev"), File("Procfile.dev"), Any(IS_RAILS)], &["ruby", "bin/dev"])
        .port(3000, &[]).owns_assets().without_pages(&[Text("config/application.rb", "api_only = true")])
        .installed("Gemfile.lock", "bundle install").grade(Grade::Likely),
    stack("rails", "Rails", &[Any(IS_RAILS), Any(&[File("bin/rails")])], &["ruby", "bin/rails", "server"])
        .port(3000, RAILS).owns_assets().without_pages(&[Text("config/application.rb", "api_only = true")])
        .installed("Gemfile.lock", "bundle install"),
    stack("rails", "Rails", &[Needs("Gemfile", "rails"), File("config/application.rb"), No(&[File("bin/rails")])], &["rails", "server"])
        .through(Through::Bundler).port(3000, RAILS).owns_assets().without_pages(&[Text("config/application.rb", "api_only = true")])
        .installed("Gemfile.lock", "bundle install"),
    stack("hanami", "Hanami", &[Needs("Gemfile", "hanami")], &["hanami", "server"])
        .through(Through::Bundler).port(2300, &["--port={port}", "--host=127.0.0.1"]).owns_assets().installed("Gemfile.lock", "bundle install"),
    stack("sinatra", "Sinatra", &[File("config.ru"), Needs("Gemfile", "sinatra")], &["rackup"])
        .through(Through::Bundler).port(9292, RACK).installed("Gemfile.lock", "bundle install"),
    stack("sinatra", "Sinatra", &[No(&[File("config.ru")])], &["ruby", "{entry}"])
        .through(Through::Bundler).port(4567, RACK).installed("Gemfile.lock", "bundle install")
        .entries(&[at("app.rb", "sinatra"), at("main.rb", "sinatra"), at("server.rb", "sinatra"), at("web.rb", "sinatra"), at("application.rb", "sinatra")]),
    stack("rack", "Rack", &[File("config.ru"), No(&[Any(IS_RAILS), Needs("Gemfile", "sinatra"), Needs("Gemfile", "hanami"), Needs("Gemfile", "bridgetown")])], &["rackup"])
        .through(Through::Bundler).port(9292, RACK).grade(Grade::Likely).installed("Gemfile.lock", "bundle install"),

    stack("laravel", "Laravel", &[File("artisan"), Needs("composer.json", "laravel/framework")], &["php", "artisan", "serve"])
        .port(8000, &["--port={port}", "--host=127.0.0.1"]).owns_assets().installed("vendor/autoload.php", "composer install"),
    stack("laravel", "Laravel with its other processes", &[File("artisan"), Text("composer.json", "\"dev\""), Needs("composer.json", "laravel/framework")], &["composer", "run", "dev"])
        .port(8000, &[]).owns_assets().grade(Grade::Likely).installed("vendor/autoload.php", "composer install"),
    stack("lumen", "Lumen", &[File("public/index.php"), Needs("composer.json", "laravel/lumen-framework")], &["php", "-S", "127.0.0.1:8000", "-t", "public"])
        .port(8000, PHP).installed("vendor/autoload.php", "composer install"),
    stack("symfony", "Symfony", &[Any(&[File("bin/console"), File("symfony.lock")]), Needs("composer.json", "symfony/framework-bundle")], &["symfony", "server:start"])
        .port(8000, &["--port={port}", "--no-tls"]).owns_assets().installed("vendor/autoload.php", "composer install"),
    stack("symfony", "Symfony by PHP's own server", &[File("public/index.php"), Needs("composer.json", "symfony/framework-bundle")], &["php", "-S", "127.0.0.1:8000", "-t", "public"])
        .port(8000, PHP).owns_assets().grade(Grade::Likely).installed("vendor/autoload.php", "composer install"),
    stack("codeigniter", "CodeIgniter", &[File("spark"), Needs("composer.json", "codeigniter4/framework")], &["php", "spark", "serve"])
        .port(8080, &["--port", "{port}", "--host", "127.0.0.1"]).owns_assets().installed("vendor/autoload.php", "composer install"),
    stack("cakephp", "CakePHP", &[File("bin/cake.php"), Needs("composer.json", "cakephp/cakephp")], &["php", "bin/cake.php", "server"])
        .port(8765, &["-p", "{port}", "-H", "127.0.0.1"]).owns_assets().installed("vendor/autoload.php", "composer install"),
    stack("php", "PHP", &[Any(&[File("public/index.php")]), No(&[File("artisan"), Needs("composer.json", "symfony/framework-bundle"), Needs("composer.json", "laravel/lumen-framework"), File("spark"), File("wp-load.php")])], &["php", "-S", "127.0.0.1:8000", "-t", "public"])
        .port(8000, PHP).grade(Grade::Likely),
    stack("php", "PHP", &[File("index.php"), No(&[File("public/index.php"), File("artisan"), Text("index.php", "Silence is golden")])], &["php", "-S", "127.0.0.1:8000"])
        .port(8000, PHP).grade(Grade::Likely),

    stack("phoenix", "Phoenix", &[File("mix.exs"), Needs("mix.exs", "phoenix")], &["mix", "phx.server"])
        .port(4000, &[]).owns_assets().installed("deps/phoenix/mix.exs", "mix setup"),
    stack("plug", "Plug", &[File("mix.exs"), Any(&[Needs("mix.exs", "plug_cowboy"), Needs("mix.exs", "bandit")]), No(&[Needs("mix.exs", "phoenix")])], &["mix", "run", "--no-halt"])
        .port(4000, &[]).grade(Grade::Likely).role(Role::Service),
];
