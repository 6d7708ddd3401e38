/**
 * What was made of a view need not be made again while all that was read of the view is the same.
 *
 * For views whose parts are replaced when they change, never changed in place.
 */

const DEPTH = 3; // of arrays and objects that are compared by what they hold

function same(one, other, depth = DEPTH) {
  if (Object.is(one, other)) return true;
  if (depth === 0 || !plain(one) || !plain(other)) return false;
  if (one instanceof Set || other instanceof Set) return one instanceof Set && other instanceof Set && same([...one], [...other], depth);
  const names = Object.keys(one);
  return Array.isArray(one) === Array.isArray(other) && names.length === Object.keys(other).length && names.every((name) => name in other && same(one[name], other[name], depth - 1));
}

/** Arrays, sets and objects without a class; what is long (numbers of a record, of a grid) is the same only as itself. */
const plain = (value) => Array.isArray(value) || value instanceof Set || (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype);

export function createReads() {
  let read = null; // values by their names

  return {
    /** What `make(view)` makes; what it reads of the view is kept in mind. */
    of(view, make) {
      const values = new Map();
      read = values;
      const get = (target, name) => {
        if (!values.has(name)) values.set(name, target[name]);
        return values.get(name);
      };
      return make(new Proxy(view, { get }));
    },
    /** Whether it would read the same of another view. */
    hold: (view) => read !== null && [...read].every(([name, value]) => same(value, view[name])),
  };
}
