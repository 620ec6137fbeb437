//! The list of commands and events, and their TypeScript side.

#[cfg(debug_assertions)]
use std::path::Path;

use tauri::{Wry, ipc::Invoke};
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands, collect_events};

use crate::{commands, events};

/// Commands whose types are generated. Errors are thrown as `Failure`.
pub fn builder() -> Builder<Wry> {
    Builder::<Wry>::new()
        .commands(collect_commands![
            commands::session::session_state,
            commands::session::password_strength,
            commands::session::create_profile,
            commands::session::sign_in,
            commands::session::unlock,
            commands::session::lock,
            commands::session::sign_out,
            commands::session::change_password,
            commands::session::set_remembered,
            commands::session::touch,
            commands::session::settings,
            commands::session::save_settings,
            commands::desktop::window_theme,
            commands::desktop::show_data_folder,
            commands::desktop::pick_folder,
            commands::desktop::pick_new_file,
            commands::desktop::open_external,
            commands::desktop::reveal_file,
            commands::desktop::reveal_project,
            commands::desktop::take_open_request,
            commands::projects::projects,
            commands::projects::project_facts,
            commands::projects::add_project,
            commands::projects::rename_project,
            commands::projects::remove_project,
            commands::projects::restore_project,
            commands::projects::relocate_project,
            commands::projects::clone_project,
            commands::projects::cancel_clone,
            commands::projects::default_clone_parent,
            commands::projects::save_view_state,
            commands::syncing::start_sync,
            commands::syncing::cancel_sync,
            commands::versions::versions,
            commands::versions::label_version,
            commands::versions::pin_version,
            commands::versions::cancel_task,
            commands::versions::verify_version,
            commands::versions::verify_all,
            commands::versions::compare,
            commands::versions::diff_files,
            commands::versions::diff_file,
            commands::versions::diff_rows,
            commands::versions::restore_plan,
            commands::versions::restore,
            commands::versions::journals,
            commands::versions::undo_journal,
            commands::versions::project_storage,
            commands::versions::storage,
            commands::versions::set_retention,
            commands::versions::collect,
            commands::versions::export_version,
            commands::versions::set_watching,
            commands::versions::came_to_front,
            commands::reading::directory,
            commands::reading::open_file,
            commands::reading::file_lines,
            commands::reading::find_in_document,
            commands::reading::file_outline,
            commands::reading::render_markdown,
            commands::reading::file_structure,
            commands::reading::line_changes,
            commands::reading::editors,
            commands::reading::open_in_editor,
            commands::searching::find_files,
            commands::searching::find_symbols,
            commands::searching::definitions,
            commands::searching::start_search,
            commands::searching::search_rows,
            commands::searching::fold_search,
            commands::searching::search_place,
            commands::searching::cancel_search,
            commands::searching::index_state,
            commands::searching::rebuild_index,
            commands::history::open_history,
            commands::history::history_rows,
            commands::history::close_history,
            commands::history::commit,
            commands::history::references,
            commands::history::blame,
            commands::history::open_commit_file,
            commands::history::project_overview,
            commands::history::project_activity,
            commands::notifications::notifications,
            commands::notifications::notification,
            commands::notifications::unread_notifications,
            commands::notifications::read_notification,
            commands::notifications::read_all_notifications,
            commands::notifications::desktop_notifications,
            commands::previews::preview_choices,
            commands::previews::start_preview,
            commands::previews::previews,
            commands::previews::preview_log,
            commands::previews::preview_link,
            commands::previews::open_preview,
            commands::previews::open_preview_in_browser,
            commands::previews::stop_preview,
            commands::previews::restart_preview,
            commands::previews::extend_preview,
            commands::previews::remove_preview,
            commands::previews::trusted_commands,
            commands::previews::forget_trusted_command,
            commands::threads::threads,
            commands::threads::thread,
            commands::threads::threads_of_document,
            commands::threads::threads_of_side,
            commands::threads::thread_counts,
            commands::threads::thread_history,
            commands::threads::thread_change,
            commands::threads::set_threads_read,
            commands::threads::create_thread,
            commands::threads::reply_to_thread,
            commands::threads::edit_comment,
            commands::threads::delete_comment,
            commands::threads::restore_comment,
            commands::threads::resolve_thread,
            commands::threads::delete_thread,
            commands::threads::restore_thread,
            commands::threads::place_thread,
            commands::threads::reject_thread_place,
            commands::threads::keep_thread,
            commands::threads::undo_thread_place,
            commands::threads::preview_comment,
            commands::threads::comment_drafts,
            commands::threads::save_comment_draft,
            commands::threads::apply_suggestion,
            commands::threads_exchange::export_threads,
            commands::threads_exchange::import_threads,
            commands::threads_exchange::pick_import_file,
        ])
        .events(collect_events![
            events::SessionChanged,
            events::SyncChanged,
            events::ProjectsChanged,
            events::WatchChanged,
            events::FolderChanged,
            events::VersionsChanged,
            events::SearchChanged,
            events::IndexChanged,
            events::HistoryChanged,
            events::NotificationsChanged,
            events::ThreadsChanged,
            events::DesktopChosen,
            events::PreviewChanged,
            events::PreviewOutput,
            events::OpenRequested,
            events::WindowClosing
        ])
        .error_handling(ErrorHandlingMode::Throw)
        .disable_serde_phases()
}

/// Commands that answer with bytes; `ui/src/lib/ipc/raw.ts` is their TypeScript side.
const RAW: &[&str] = &["file_text", "file_bytes", "file_spans", "project_bytes", "diff_bytes"];

pub fn is_raw(command: &str) -> bool {
    RAW.contains(&command)
}

pub fn raw(invoke: Invoke<Wry>) -> bool {
    let handler: fn(Invoke<Wry>) -> bool = tauri::generate_handler![
        commands::reading::file_text,
        commands::reading::file_bytes,
        commands::reading::file_spans,
        commands::reading::project_bytes,
        commands::versions::diff_bytes,
    ];
    handler(invoke)
}

/// Writes `bindings.ts`.
#[cfg(debug_assertions)]
pub fn export(path: &Path) -> Result<(), String> {
    let typescript = specta_typescript::Typescript::default()
        .header("// Written from src-tauri by `cargo xtask types`. Changes by hand are lost.\n/* eslint-disable */\n");
    builder().export(typescript, path).map_err(|error| error.to_string())
}
