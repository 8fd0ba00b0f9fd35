// Targets smaller than WCAG 2.2, 2.5.8 allows, and too near to others: see targets.py.
() => {
  const SIZE = 24, SLACK = .5;
  const asks = 'a[href], button:not([disabled]), select, summary, input:not([type=range]):not([type=hidden]):not([disabled])';
  const boxOf = (node) => {
    const parts = node.tagName === 'A' && getComputedStyle(node).display === 'inline' ? [node, ...node.children] : [node];
    const boxes = parts.map((part) => part.getBoundingClientRect()).filter((box) => box.width && box.height);
    if (!boxes.length) return null;
    const [left, top] = [Math.min(...boxes.map((b) => b.left)), Math.min(...boxes.map((b) => b.top))];
    const [right, bottom] = [Math.max(...boxes.map((b) => b.right)), Math.max(...boxes.map((b) => b.bottom))];
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };
  const inSentence = (node) => getComputedStyle(node).display.startsWith('inline')
    && [...node.parentElement.childNodes].some((other) => other !== node && other.nodeType === 3 && other.textContent.trim());
  const hit = (node, box) => { // of what lies under something else, or scrolled out of its frame, nothing can be hit
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return true; // below the fold: where it will be
    const top = document.elementFromPoint(x, y);
    return top !== null && (node.contains(top) || top.contains(node));
  };
  const found = [...document.querySelectorAll(asks)]
    .filter((node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !node.closest('svg, .skip, [aria-hidden=true]'))
    .map((node) => ({ node, box: boxOf(node) })).filter(({ node, box }) => box && hit(node, box));
  const little = ({ box }) => box.width < SIZE - SLACK || box.height < SIZE - SLACK;
  const middle = ({ box }) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const near = (one, other) => {
    if (one.node.contains(other.node) || other.node.contains(one.node)) return false;
    const [x, y] = middle(one), [u, v] = middle(other), { left, right, top, bottom } = other.box;
    const outside = Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
    return outside < SIZE / 2 - SLACK || (little(other) && Math.hypot(x - u, y - v) < SIZE - SLACK);
  };
  return found.filter((one) => little(one) && !inSentence(one.node) && found.some((other) => other !== one && near(one, other)))
    .map(({ node, box }) => `${node.tagName.toLowerCase()}.${node.className} "${node.textContent.trim().slice(0, 24)}" ${Math.round(box.width)}x${Math.round(box.height)}`);
}
