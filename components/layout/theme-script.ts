/** Runs before the first paint, so that a stored choice does not flash the other scheme. Constant: nothing to inject. */
export const themeScript =
  'try{var t=localStorage.getItem("theme");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}';
