//! Servers in Python.

use crate::dev_servers::table::{
    Entry, Grade, PYTHON, Role,
    Sign::{Any, File, Needs, No, Text},
    Stack, Through, stack,
};

const fn at(path: &'static str, text: &'static str) -> Entry {
    Entry { path, text }
}

const FLASK: &[Entry] = &[
    at("app.py", "Flask("),
    at("wsgi.py", "Flask("),
    at("wsgi.py", "create_app"),
    at("main.py", "Flask("),
    at("application.py", "Flask("),
    at("server.py", "Flask("),
    at("run.py", "create_app"),
    at("run.py", "Flask("),
    at("api.py", "Flask("),
    at("app/__init__.py", "Flask("),
    at("src/app.py", "Flask("),
    at("src/main.py", "Flask("),
    at("index.py", "Flask("),
    at("*/__init__.py", "Flask("),
    at("src/*/__init__.py", "Flask("),
    at("*.py", "Flask("),
];
const FASTAPI: &[Entry] = &[
    at("main.py", "FastAPI("),
    at("app/main.py", "FastAPI("),
    at("src/main.py", "FastAPI("),
    at("app.py", "FastAPI("),
    at("api.py", "FastAPI("),
    at("server.py", "FastAPI("),
    at("src/app/main.py", "FastAPI("),
    at("app/api.py", "FastAPI("),
    at("api/main.py", "FastAPI("),
    at("backend/main.py", "FastAPI("),
    at("*/main.py", "FastAPI("),
    at("*/app.py", "FastAPI("),
];
const STARLETTE: &[Entry] = &[
    at("main.py", "Starlette("),
    at("app.py", "Starlette("),
    at("app/main.py", "Starlette("),
    at("main.py", "Litestar("),
    at("app.py", "Litestar("),
];
const STREAMLIT: &[Entry] = &[
    at("streamlit_app.py", "streamlit"),
    at("app.py", "streamlit"),
    at("main.py", "streamlit"),
    at("Home.py", "streamlit"),
    at("Hello.py", "streamlit"),
    at("src/app.py", "streamlit"),
    at("src/main.py", "streamlit"),
    at("app/main.py", "streamlit"),
    at("dashboard.py", "streamlit"),
];
const OWN_SERVER: &[Entry] = &[
    at("app.py", "Dash("),
    at("app.py", "gradio"),
    at("app.py", "tornado"),
    at("app.py", "aiohttp"),
    at("app.py", "bottle"),
    at("app.py", "nicegui"),
    at("main.py", "gradio"),
    at("main.py", "nicegui"),
    at("main.py", "tornado"),
    at("main.py", "aiohttp"),
    at("main.py", "Dash("),
    at("main.py", "bottle"),
    at("server.py", "tornado"),
    at("server.py", "aiohttp"),
];
/// What Python brings along is enough for these.
const STANDARD: &[Entry] = &[
    at("server.py", "serve_forever"),
    at("serve.py", "serve_forever"),
    at("app.py", "serve_forever"),
    at("main.py", "serve_forever"),
    at("wsgi.py", "serve_forever"),
    at("src/server.py", "serve_forever"),
    at("src/main.py", "serve_forever"),
];
const ASGI: &[&str] = &["uvicorn", "{module}:{variable}", "--reload"];
const ASGI_PORT: &[&str] = &["--port", "{port}", "--host", "127.0.0.1"];

#[rustfmt::skip]
pub(crate) const ALL: &[Stack] = &[
    stack("django", "Django", &[File("manage.py"), Text("manage.py", "django")], &["python", "manage.py", "runserver"])
        .through(Through::Python).port(8000, &["127.0.0.1:{port}"])
        .without_pages(&[Needs(PYTHON, "djangorestframework"), Needs(PYTHON, "django-ninja")]),
    stack("flask", "Flask", &[Needs(PYTHON, "flask")], &["flask", "--app", "{module}", "run", "--debug"])
        .through(Through::Python).entries(FLASK).port(5000, ASGI_PORT)
        .without_pages(&[Needs(PYTHON, "flask-restful"), Needs(PYTHON, "flask-cors"), Needs(PYTHON, "flask-restx")]),
    stack("flask", "Flask", &[No(&[Needs(PYTHON, "flask")])], &["flask", "--app", "{module}", "run", "--debug"])
        .through(Through::Python).entries(&[at("app.py", "from flask import"), at("wsgi.py", "from flask import"), at("main.py", "from flask import")]).grade(Grade::Likely).port(5000, ASGI_PORT),
    stack("fastapi", "FastAPI", &[Any(&[Needs(PYTHON, "fastapi[standard]"), Needs(PYTHON, "fastapi-cli"), Needs(PYTHON, "fastapi[all]")])], &["fastapi", "dev", "{entry}"])
        .through(Through::Python).entries(FASTAPI).role(Role::Service).port(8000, ASGI_PORT),
    stack("fastapi", "FastAPI", &[No(&[Needs(PYTHON, "fastapi[standard]"), Needs(PYTHON, "fastapi-cli"), Needs(PYTHON, "fastapi[all]")])], ASGI)
        .through(Through::Python).entries(FASTAPI).role(Role::Service).port(8000, ASGI_PORT),
    stack("starlette", "Starlette", &[Any(&[Needs(PYTHON, "starlette"), Needs(PYTHON, "litestar")])], ASGI)
        .through(Through::Python).entries(STARLETTE).role(Role::Service).port(8000, ASGI_PORT),
    stack("streamlit", "Streamlit", &[Any(&[Needs(PYTHON, "streamlit"), File("streamlit_app.py")])], &["streamlit", "run", "{entry}"])
        .through(Through::Python).entries(STREAMLIT)
        .port(8501, &["--server.port", "{port}", "--server.address", "127.0.0.1", "--server.headless", "true"]),
    stack("reflex", "Reflex", &[File("rxconfig.py")], &["reflex", "run"]).through(Through::Python).port(3000, &["--frontend-port", "{port}"]),
    stack("python", "Python", &[Any(&[Needs(PYTHON, "dash"), Needs(PYTHON, "gradio"), Needs(PYTHON, "tornado"), Needs(PYTHON, "aiohttp"), Needs(PYTHON, "bottle"), Needs(PYTHON, "nicegui")])], &["python", "{entry}"])
        .through(Through::Python).entries(OWN_SERVER).grade(Grade::Likely).role(Role::Service)
        .env(&[("GRADIO_SERVER_PORT", "{port}"), ("GRADIO_SERVER_NAME", "127.0.0.1")]),
    stack("python", "Python", &[Any(&[Text("server.py", "http.server"), Text("serve.py", "http.server"), Text("app.py", "http.server"), Text("main.py", "http.server"),
        Text("server.py", "wsgiref"), Text("serve.py", "wsgiref"), Text("app.py", "wsgiref"), Text("main.py", "wsgiref"), Text("wsgi.py", "wsgiref"),
        Text("src/server.py", "http.server"), Text("src/main.py", "http.server")])], &["python", "{entry}"])
        .through(Through::Python).entries(STANDARD).grade(Grade::Likely).role(Role::Service),
];
