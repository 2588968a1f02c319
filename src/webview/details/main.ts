/** The API that VS Code offers a page. */
interface Host {
  postMessage(message: { readonly action: string; readonly value: string }): void;
  getState(): unknown;
  setState(state: { readonly image: string; readonly scroll: number }): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const image = document.body.dataset.image ?? '';

document.addEventListener('click', ({ target }) => {
  const pressed = target instanceof Element ? target.closest<HTMLElement>('[data-action]') : null;
  if (pressed === null) return;
  host.postMessage({ action: pressed.dataset.action ?? '', value: pressed.dataset.value ?? '' });
});

// The page is loaded again when its image changes.
window.scrollTo({ top: scrollOf(host.getState()) });
window.addEventListener('scroll', () => host.setState({ image, scroll: window.scrollY }), { passive: true });

function scrollOf(state: unknown): number {
  if (typeof state !== 'object' || state === null) return 0;
  const { image: of, scroll } = state as { readonly image?: unknown; readonly scroll?: unknown };
  return of === image && typeof scroll === 'number' ? scroll : 0;
}
