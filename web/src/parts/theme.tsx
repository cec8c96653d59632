import { useState } from "react";

const key = "demarche:theme";
type Theme = "light" | "dark";

/** What is shown now: as chosen here, else as the system has it. */
function current(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function ThemeSwitch() {
  const [theme, setTheme] = useState(current);
  const other = theme === "light" ? "dark" : "light";
  function change() {
    document.documentElement.dataset.theme = other;
    try {
      localStorage.setItem(key, other);
    } catch {
      // Storage is turned off: the choice lasts as long as the page.
    }
    setTheme(other);
  }
  return (
    <button type="button" className="tool" onClick={change} aria-label={`Change to ${other} colours`}>
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        <circle cx="10" cy="10" r="7.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
        <path d="M10 2.8a7.2 7.2 0 0 1 0 14.4z" fill="currentColor" />
      </svg>
    </button>
  );
}
