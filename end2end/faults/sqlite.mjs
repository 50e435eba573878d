// Reads a table of an SQLite file that nobody writes to, because Node 20 has no SQLite. The format is stable and
// documented at https://www.sqlite.org/fileformat2.html. The numbers in brackets are its sections.

/** All rows of a table, as objects by column name. */
export function readTable(file, table) {
  const size = file.readUInt16BE(16) === 1 ? 65_536 : file.readUInt16BE(16);
  const database = { file, size, usable: size - file[20] };
  const schema = rows(database, 1).map(([type, name, , root, sql]) => ({ type, name, root: Number(root), sql }));
  const found = schema.find((one) => one.type === "table" && one.name === table);
  if (!found) throw new Error(`The copy has no table ${table}`);
  const columns = [...found.sql.matchAll(/^ {4}(\w+) (?:blob|text|integer)/gm)].map((column) => column[1]);
  return rows(database, found.root).map((values) => Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null])));
}

/** The rows of a table's b-tree (1.6): interior pages lead to leaves. */
function rows(database, number) {
  const { file, size } = database;
  const page = (number - 1) * size;
  const head = page + (number === 1 ? 100 : 0);
  const cells = file.readUInt16BE(head + 3);
  const inner = file[head] === 5;
  const pointers = head + (inner ? 12 : 8);
  const places = Array.from({ length: cells }, (_, n) => page + file.readUInt16BE(pointers + 2 * n));
  if (!inner) return places.map((place) => record(payload(database, place)));
  const children = [...places.map((place) => file.readUInt32BE(place)), file.readUInt32BE(head + 8)];
  return children.flatMap((child) => rows(database, child));
}

/** The bytes of one row. What does not fit the page continues in overflow pages (1.6). */
function payload({ file, size, usable }, place) {
  const [length, after] = varint(file, place);
  const [, begin] = varint(file, after);
  const [most, least] = [usable - 35, Math.floor(((usable - 12) * 32) / 255) - 23];
  if (length <= most) return file.subarray(begin, begin + length);
  const spread = least + ((length - least) % (usable - 4));
  const local = spread <= most ? spread : least;
  const pieces = [file.subarray(begin, begin + local)];
  for (let left = length - local, next = file.readUInt32BE(begin + local); left > 0; ) {
    const page = (next - 1) * size;
    const piece = file.subarray(page + 4, page + 4 + Math.min(left, usable - 4));
    pieces.push(piece);
    left -= piece.length;
    next = file.readUInt32BE(page);
  }
  return Buffer.concat(pieces);
}

/** The values of one row (2.1): first the types, then the values. */
function record(bytes) {
  const [length, first] = varint(bytes, 0);
  const types = [];
  for (let place = first; place < length; ) {
    const [type, after] = varint(bytes, place);
    types.push(type);
    place = after;
  }
  let place = length;
  return types.map((type) => {
    const begin = place;
    place += type >= 12 ? (type - (12 + (type % 2))) / 2 : [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type];
    if (type === 0) return null;
    if (type === 8 || type === 9) return type - 8;
    if (type >= 12) return type % 2 === 1 ? bytes.toString("utf8", begin, place) : bytes.subarray(begin, place);
    if (type === 7) return bytes.readDoubleBE(begin);
    return place - begin === 8 ? bytes.readBigInt64BE(begin) : bytes.readIntBE(begin, place - begin);
  });
}

/** A variable-length integer of one to nine bytes (1.6), and its end. */
function varint(bytes, place) {
  let value = 0n;
  for (let n = 0; n < 9; n += 1) {
    const byte = bytes[place + n];
    if (n === 8) return [Number((value << 8n) | BigInt(byte)), place + 9];
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) return [Number(value), place + n + 1];
  }
  return [Number(value), place + 9];
}
