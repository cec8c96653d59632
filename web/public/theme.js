// Before anything is drawn, so that a page in the chosen colours does not flash up in the others.
try {
  const theme = localStorage.getItem("demarche:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is turned off: the system's colours are used.
}
