// The colour that stands for a language in the bar of a project.

const colours: Record<string, string> = {
  Rust: "rust",
  TypeScript: "ts",
  TSX: "ts",
  JavaScript: "py",
  JSX: "py",
  Python: "py",
  Go: "go",
  C: "go",
  "C++": "go",
  CSS: "css",
  SCSS: "css",
  PHP: "css",
  HTML: "html",
  Ruby: "html",
  Svelte: "html",
  Vue: "html",
  Java: "rust",
  "C#": "css",
};

/** A custom property of tokens.css; languages without one of their own share the neutral mark. */
export function languageColour(language: string): string {
  return `var(--lang-${colours[language] ?? "md"})`;
}
