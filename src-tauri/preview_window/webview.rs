//! What the webview of a preview's window is given, and what is taken from it, before it shows anything.

use tauri::{Url, WebviewWindow};

/// Gives the empty window its scripts (of the page, of every document) and goes to `link`.
#[cfg(target_os = "linux")]
pub fn enter(window: &WebviewWindow, scripts: [String; 2], link: Url) -> tauri::Result<()> {
    use webkit2gtk::{SettingsExt, UserContentInjectedFrames, UserContentManagerExt, UserScript, UserScriptInjectionTime, WebViewExt};

    window.with_webview(move |webview| {
        let webview = webview.inner();
        if let Some(settings) = WebViewExt::settings(&webview) {
            settings.set_javascript_can_open_windows_automatically(false);
            settings.set_enable_back_forward_navigation_gestures(false);
        }
        let Some(contents) = webview.user_content_manager() else { return };
        // Tauri gives every webview the means to call commands, and refuses the calls. Here not even the means are left.
        contents.unregister_script_message_handler("ipc");
        contents.remove_all_scripts();
        let [page, frame] = scripts;
        for (script, frames) in [(page, UserContentInjectedFrames::TopFrame), (frame, UserContentInjectedFrames::AllFrames)] {
            contents.add_script(&UserScript::new(&script, frames, UserScriptInjectionTime::Start, &[], &[]));
        }
        webview.load_uri(link.as_str());
    })
}

/// Goes to `link`. Elsewhere than on Linux scripts can only be given when a webview is made: the page does without what they tell.
#[cfg(not(target_os = "linux"))]
pub fn enter(window: &WebviewWindow, _scripts: [String; 2], link: Url) -> tauri::Result<()> {
    window.navigate(link)
}
