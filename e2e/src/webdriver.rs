//! A blocking WebDriver client: one session with one window.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

use crate::http;
use crate::process::{Guarded, poll};

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What the driver answered instead of a value.
#[derive(Debug, Clone)]
pub struct DriverError {
    /// WebDriver's word, "stale element reference" say.
    pub error: String,
    /// The driver's explanation.
    pub message: String,
}

impl std::fmt::Display for DriverError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.error, self.message)
    }
}

impl std::error::Error for DriverError {}

/// A reference to an element of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element(String);

impl Element {
    /// The element in an answer of a script, if it is one.
    pub fn from_value(value: &Value) -> Option<Self> {
        value.get(ELEMENT)?.as_str().map(|id| Self(id.to_owned()))
    }

    /// As an argument for a script.
    pub fn to_value(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

/// A running WebKitWebDriver with one session.
#[derive(Debug)]
pub struct Session {
    driver: Guarded,
    port: u16,
    id: String,
}

impl Session {
    /// Starts the driver with `command`'s environment and lets it start `binary` with `args`.
    pub fn start(mut command: Command, log: &Path, binary: &Path, args: &[String]) -> Result<Self, DriverError> {
        let port = free_port();
        command.arg(format!("--port={port}")).arg("--host=127.0.0.1");
        let mut driver = Guarded::start(&command, log);
        let up = poll(Duration::from_secs(20), || {
            http::request(port, "GET", "/status", "", Duration::from_secs(2)).is_ok_and(|(status, _)| status == 200) || !driver.is_running()
        });
        assert!(up && driver.is_running(), "WebKitWebDriver did not answer; see {}", log.display());
        let mut session = Self { driver, port, id: String::new() };
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "webkitgtk:browserOptions": { "binary": binary, "args": args },
        } } });
        let answer = session.send("POST", "/session", &capabilities)?;
        session.id = answer["sessionId"].as_str().expect("a new session has an id").to_owned();
        session.post("timeouts", &json!({ "script": 60_000, "pageLoad": 60_000, "implicit": 0 }))?;
        Ok(session)
    }

    /// The driver's process id; the app is its child.
    pub fn driver_id(&self) -> u32 {
        self.driver.id()
    }

    /// Runs a function body in the page and returns what it returns.
    pub fn execute(&self, script: &str, args: &[Value]) -> Result<Value, DriverError> {
        self.post("execute/sync", &json!({ "script": script, "args": args }))
    }

    /// Runs a function body whose last argument is the callback that takes the result.
    pub fn execute_async(&self, script: &str, args: &[Value]) -> Result<Value, DriverError> {
        self.post("execute/async", &json!({ "script": script, "args": args }))
    }

    /// Clicks the middle of an element as a pointer would.
    pub fn click(&self, element: &Element) -> Result<(), DriverError> {
        self.post(&format!("element/{}/click", element.0), &json!({})).map(drop)
    }

    /// Empties a text field.
    pub fn clear(&self, element: &Element) -> Result<(), DriverError> {
        self.post(&format!("element/{}/clear", element.0), &json!({})).map(drop)
    }

    /// Types into an element.
    pub fn type_into(&self, element: &Element, text: &str) -> Result<(), DriverError> {
        self.post(&format!("element/{}/value", element.0), &json!({ "text": text })).map(drop)
    }

    /// Presses keys together (the last one last), then lets them go.
    pub fn press(&self, keys: &[char]) -> Result<(), DriverError> {
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let actions: Vec<Value> = down.chain(up).collect();
        self.post("actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] })).map(drop)
    }

    /// Clicks with the pointer, `count` times in a row, `button` 0 left or 2 right.
    pub fn pointer(&self, element: &Element, button: u8, count: usize) -> Result<(), DriverError> {
        let mut actions = vec![json!({ "type": "pointerMove", "duration": 0, "origin": element.to_value(), "x": 0, "y": 0 })];
        for _ in 0..count {
            actions.push(json!({ "type": "pointerDown", "button": button }));
            actions.push(json!({ "type": "pointerUp", "button": button }));
        }
        let source = json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions });
        self.post("actions", &json!({ "actions": [source] })).map(drop)
    }

    /// Moves the pointer to a place in the window, in CSS pixels.
    pub fn move_pointer(&self, x: u32, y: u32) -> Result<(), DriverError> {
        let there = json!({ "type": "pointerMove", "duration": 0, "origin": "viewport", "x": x, "y": y });
        let source = json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": [there] });
        self.post("actions", &json!({ "actions": [source] })).map(drop)
    }

    /// The page as a PNG.
    pub fn screenshot(&self) -> Result<Vec<u8>, DriverError> {
        let answer = self.send("GET", &format!("/session/{}/screenshot", self.id), &Value::Null)?;
        let text = answer.as_str().unwrap_or_default();
        base64::engine::general_purpose::STANDARD.decode(text).map_err(|error| transport(&error))
    }

    /// Gives the window an outer size.
    pub fn resize(&self, width: u32, height: u32) -> Result<(), DriverError> {
        self.post("window/rect", &json!({ "width": width, "height": height })).map(drop)
    }

    /// Ends the session, which ends the app.
    pub fn quit(&self) -> Result<(), DriverError> {
        self.send("DELETE", &format!("/session/{}", self.id), &Value::Null).map(drop)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, DriverError> {
        self.send("POST", &format!("/session/{}/{path}", self.id), body)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value, DriverError> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, text) = http::request(self.port, method, path, &body, Duration::from_secs(90)).map_err(|error| transport(&error))?;
        let mut answer: Value = serde_json::from_str(&text).map_err(|error| transport(&error))?;
        let value = answer["value"].take();
        if status == 200 {
            return Ok(value);
        }
        let word = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        Err(DriverError { error: word("error"), message: word("message") })
    }
}

fn transport(error: &dyn std::error::Error) -> DriverError {
    DriverError { error: "no answer".into(), message: error.to_string() }
}

/// A loopback port that nothing listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a bound listener has an address").port()
}
