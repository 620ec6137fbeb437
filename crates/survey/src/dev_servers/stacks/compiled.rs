//! Servers that are compiled: Go, Rust, the JVM, .NET, Dart, Swift and others.

use crate::dev_servers::table::{
    Entry, Grade, Role,
    Sign::{self, Any, Ending, File, Needs, No, Text},
    Stack, stack,
};

const fn at(path: &'static str, text: &'static str) -> Entry {
    Entry { path, text }
}

const GO_WEB: &[Sign] = &[
    Needs("go.mod", "github.com/gin-gonic/gin"),
    Needs("go.mod", "github.com/labstack/echo"),
    Needs("go.mod", "github.com/gofiber/fiber"),
    Needs("go.mod", "github.com/go-chi/chi"),
    Needs("go.mod", "github.com/gorilla/mux"),
    Needs("go.mod", "github.com/gobuffalo/buffalo"),
    Needs("go.mod", "github.com/pocketbase/pocketbase"),
    Needs("go.mod", "github.com/beego/beego"),
    Needs("go.mod", "github.com/danielgtaylor/huma"),
];
const GO_HTTP: &[Entry] = &[
    at("main.go", "http.ListenAndServe"),
    at("main.go", "http.Server{"),
    at("server.go", "http.ListenAndServe"),
    at("main.go", "\"net/http\""),
    at("cmd/*/main.go", "http.ListenAndServe"),
    at("cmd/*/main.go", "\"net/http\""),
    at("cmd/main.go", "\"net/http\""),
];
const GO_ANY: &[Entry] = &[
    at("main.go", "gin."),
    at("main.go", "echo."),
    at("main.go", "fiber."),
    at("main.go", "chi."),
    at("main.go", "mux."),
    at("main.go", "package main"),
    at("cmd/server/main.go", ""),
    at("cmd/web/main.go", ""),
    at("cmd/api/main.go", ""),
    at("cmd/*/main.go", "package main"),
];
const RUST_WEB: &[Sign] = &[
    Needs("Cargo.toml", "axum"),
    Needs("Cargo.toml", "actix-web"),
    Needs("Cargo.toml", "rocket"),
    Needs("Cargo.toml", "warp"),
    Needs("Cargo.toml", "poem"),
    Needs("Cargo.toml", "tide"),
    Needs("Cargo.toml", "salvo"),
    Needs("Cargo.toml", "loco-rs"),
    Needs("Cargo.toml", "ntex"),
    Needs("Cargo.toml", "gotham"),
    Needs("Cargo.toml", "tiny_http"),
    Needs("Cargo.toml", "rouille"),
    Needs("Cargo.toml", "topcoat"),
];
const RUST_PAGE: &[Sign] = &[File("Trunk.toml"), Text("index.html", "data-trunk")];
const SPRING: &str = "spring-boot";
const BOOT_ARGUMENT: &[&str] = &["-Dspring-boot.run.arguments=--server.port={port} --server.address=127.0.0.1"];
const BOOT_ARGS: &[&str] = &["--args=--server.port={port} --server.address=127.0.0.1"];
const GRADLE_SPRING: &[Sign] = &[Text("build.gradle", "org.springframework.boot"), Text("build.gradle.kts", "org.springframework.boot")];
const GRADLE_KTOR: &[Sign] = &[Text("build.gradle", "ktor"), Text("build.gradle.kts", "ktor")];

#[rustfmt::skip]
pub(crate) const ALL: &[Stack] = &[
    stack("go", "Go", &[File("go.mod"), Any(GO_WEB)], &["go", "run", "{place}"]).entries(GO_ANY).grade(Grade::Likely).role(Role::Service).port(8080, &[]),
    stack("go", "Go", &[File("go.mod"), No(GO_WEB)], &["go", "run", "{place}"]).entries(GO_HTTP).grade(Grade::Likely).role(Role::Service).port(8080, &[]),
    stack("go", "Go", &[No(&[File("go.mod")])], &["go", "run", "{entry}"]).entries(&[at("main.go", "http.ListenAndServe"), at("server.go", "http.ListenAndServe")]).grade(Grade::Possible).role(Role::Service).port(8080, &[]),

    stack("leptos", "Leptos", &[Text("Cargo.toml", "metadata.leptos")], &["cargo", "leptos", "watch"])
        .port(3000, &[]).env(&[("LEPTOS_SITE_ADDR", "127.0.0.1:{port}")]).built(&["target/site"]),
    stack("dioxus", "Dioxus", &[Any(&[File("Dioxus.toml"), Needs("Cargo.toml", "dioxus")])], &["dx", "serve"]).port(8080, &["--port", "{port}", "--addr", "127.0.0.1", "--open", "false"]),
    stack("trunk", "Trunk", &[Any(RUST_PAGE), File("Cargo.toml")], &["trunk", "serve"]).port(8080, &["--port", "{port}", "--address", "127.0.0.1"]).built(&["dist"]),
    stack("shuttle", "Shuttle", &[Needs("Cargo.toml", "shuttle-runtime")], &["shuttle", "run"]).port(8000, &["--port", "{port}"]).role(Role::Service),
    stack("rust", "Rust", &[Any(RUST_WEB), Any(&[File("src/main.rs"), Text("Cargo.toml", "[[bin]]"), Text("Cargo.toml", "default-run")]), No(&[Any(RUST_PAGE), Text("Cargo.toml", "metadata.leptos"), Needs("Cargo.toml", "shuttle-runtime"), File("Dioxus.toml"), Needs("Cargo.toml", "dioxus")])], &["cargo", "run"])
        .role(Role::Service).port(8080, &[]).env(&[("ROCKET_PORT", "{port}"), ("ROCKET_ADDRESS", "127.0.0.1")]),

    stack("spring-boot", "Spring Boot", &[File("pom.xml"), Text("pom.xml", SPRING), File("mvnw")], &["./mvnw", "spring-boot:run"]).port(8080, BOOT_ARGUMENT).env(&[("SERVER_PORT", "{port}")]),
    stack("spring-boot", "Spring Boot", &[File("pom.xml"), Text("pom.xml", SPRING), No(&[File("mvnw")])], &["mvn", "spring-boot:run"]).port(8080, BOOT_ARGUMENT).env(&[("SERVER_PORT", "{port}")]),
    stack("spring-boot", "Spring Boot", &[Any(GRADLE_SPRING), File("gradlew")], &["./gradlew", "bootRun"]).port(8080, BOOT_ARGS).env(&[("SERVER_PORT", "{port}")]),
    stack("spring-boot", "Spring Boot", &[Any(GRADLE_SPRING), No(&[File("gradlew")])], &["gradle", "bootRun"]).port(8080, BOOT_ARGS).env(&[("SERVER_PORT", "{port}")]),
    stack("quarkus", "Quarkus", &[File("pom.xml"), Text("pom.xml", "io.quarkus"), File("mvnw")], &["./mvnw", "quarkus:dev"]).port(8080, &["-Dquarkus.http.port={port}", "-Dquarkus.http.host=127.0.0.1"]),
    stack("micronaut", "Micronaut", &[File("gradlew"), Any(&[Text("build.gradle", "io.micronaut"), Text("build.gradle.kts", "io.micronaut")])], &["./gradlew", "run"]).port(8080, &[]).env(&[("MICRONAUT_SERVER_PORT", "{port}")]).role(Role::Service),
    stack("ktor", "Ktor", &[File("gradlew"), Any(GRADLE_KTOR), No(GRADLE_SPRING)], &["./gradlew", "run"]).port(8080, &[]).role(Role::Service).grade(Grade::Likely),
    stack("play", "Play", &[File("build.sbt"), Any(&[File("conf/routes"), Text("project/plugins.sbt", "sbt-plugin"), Text("build.sbt", "PlayScala")])], &["sbt", "run"]).port(9000, &[]),

    stack("aspnet", "ASP.NET Core", &[Ending(".csproj"), Text("*.csproj", "Microsoft.NET.Sdk.Web")], &["dotnet", "watch", "run"]).port(5000, &["--urls", "http://127.0.0.1:{port}"]),
    stack("blazor", "Blazor WebAssembly", &[Ending(".csproj"), Text("*.csproj", "Microsoft.NET.Sdk.BlazorWebAssembly")], &["dotnet", "watch", "run"]).port(5000, &["--urls", "http://127.0.0.1:{port}"]),

    stack("flutter", "Flutter", &[File("pubspec.yaml"), Text("pubspec.yaml", "flutter:"), File("web/index.html")], &["flutter", "run", "-d", "web-server"]).port(0, &["--web-port", "{port}", "--web-hostname", "127.0.0.1"]).grade(Grade::Likely).built(&["build/web"]),
    stack("jaspr", "Jaspr", &[File("pubspec.yaml"), Text("pubspec.yaml", "jaspr:")], &["jaspr", "serve"]).port(8080, &["--port", "{port}"]),
    stack("vapor", "Vapor", &[File("Package.swift"), Text("Package.swift", "vapor/vapor")], &["swift", "run", "App", "serve"]).port(8080, &["--port", "{port}", "--hostname", "127.0.0.1"]).role(Role::Service).grade(Grade::Likely),
    stack("lustre", "Lustre", &[File("gleam.toml"), Text("gleam.toml", "lustre_dev_tools")], &["gleam", "run", "-m", "lustre/dev", "start"]).port(1234, &["--port={port}"]),
    stack("elm", "Elm", &[File("elm.json"), Text("elm.json", "\"application\"")], &["elm", "reactor"]).port(8000, &["--port={port}"]).grade(Grade::Possible),
    stack("shadow-cljs", "shadow-cljs", &[File("shadow-cljs.edn"), Text("shadow-cljs.edn", ":browser")], &["npx", "--no-install", "shadow-cljs", "watch", "app"]).port(8080, &[]).grade(Grade::Possible),
];
