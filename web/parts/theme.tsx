/** Light, dark or as the system: kept in this browser, since it is of who looks and not of what is shown. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useWords } from "./context.ts";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const KEY = "tenlane-theme";

export function ThemeButton(): JSX.Element {
  const words = useWords();
  const [theme, setTheme] = useState<Theme>(kept);
  useEffect(() => {
    document.documentElement.style.colorScheme = theme === "auto" ? "" : theme;
    localStorage.setItem(KEY, theme);
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
  return (
    <button type="button" class="link theme" onClick={() => setTheme(next)}>
      {words.themeLabel}: {words.theme[theme]}
    </button>
  );
}

function kept(): Theme {
  const text = localStorage.getItem(KEY);
  return THEMES.find((each) => each === text) ?? "auto";
}
