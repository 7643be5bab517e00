"use client";
import { Monitor, Moon, Sun } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";

type Theme = "system" | "light" | "dark";
const next: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const icons = { system: Monitor, light: Sun, dark: Moon } as const;

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Storage may be switched off: the choice then lasts as long as the page.
  }
}

/** System, light, dark. The stored choice is applied before the first paint by the script in the layout. */
export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>("system");
  useEffect(() => {
    const stored = document.documentElement.dataset["theme"];
    setTheme(stored === "light" || stored === "dark" ? stored : "system");
  }, []);
  const Icon = icons[theme];
  const change = (): void => {
    apply(next[theme]);
    setTheme(next[theme]);
  };
  return (
    <Button
      variant="quiet"
      size="sm"
      onClick={change}
      aria-label={`Colour scheme: ${theme}. Change to ${next[theme]}.`}
      title={`Colour scheme: ${theme}`}
    >
      <Icon aria-hidden />
    </Button>
  );
}
