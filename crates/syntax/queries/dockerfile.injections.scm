(run_instruction (shell_command) @injection.content
  (#set! injection.language "bash")
  (#set! injection.include-children))

(run_instruction (heredoc_block (heredoc_content) @injection.content)
  (#set! injection.language "bash"))

(cmd_instruction (shell_command) @injection.content
  (#set! injection.language "bash")
  (#set! injection.include-children))

(entrypoint_instruction (shell_command) @injection.content
  (#set! injection.language "bash")
  (#set! injection.include-children))
