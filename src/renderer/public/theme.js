// A classic script, run before anything is painted, so that the bridge at night never sees a white page.
// The grounds are those of ui/themes.css, which is not loaded yet at this moment.
(() => {
  const grounds = { day: '#f7f8f8', dusk: '#1a212a', night: '#000000' };
  let theme = null;
  try {
    theme = localStorage.getItem('arus.theme');
  } catch {
    // Without storage the computer's own preference decides, every time.
  }
  if (theme === null || !Object.hasOwn(grounds, theme)) {
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dusk' : 'day';
  }
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.style.colorScheme = theme === 'day' ? 'light' : 'dark';
  root.style.backgroundColor = grounds[theme];
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', grounds[theme]);
})();
