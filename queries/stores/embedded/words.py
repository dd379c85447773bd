"""Upkeep of the index: postings that lead nowhere are dropped, and those of single values are taken out."""

import sqlite3
from collections.abc import Collection, Mapping

from queries.stores.embedded.database import make_index


def drop_postings(connection: sqlite3.Connection, month: int, block: int, tokens: Collection[str]) -> None:
    """Takes tokens of a block out of the index, as far as they stand there."""
    word = f"word_{int(month)}"
    found = [token for token in sorted(tokens) if _has(connection, word, block, token)]
    if found:
        connection.execute(f"insert into {word}({word}, rowid, t) values ('delete', ?, ?)", (block, " ".join(found)))
        connection.execute(f"insert into {word}(rowid, t) values (?, '')", (block,))  # FTS5 counts what is left


def _has(connection: sqlite3.Connection, word: str, block: int, token: str) -> bool:
    row = connection.execute(f"select 1 from {word} where {word} match ? and rowid = ?", (token, block)).fetchone()
    return row is not None


def optimize(connection: sqlite3.Connection, month: int) -> None:
    """Writes a month's index anew as one piece: what was taken out is no longer in it."""
    connection.execute(f"insert into word_{int(month)}(word_{int(month)}) values ('optimize')")


def is_sound(connection: sqlite3.Connection, month: int) -> bool:
    """Whether a month's index is well-formed."""
    try:
        connection.execute(f"insert into word_{int(month)}(word_{int(month)}) values ('integrity-check')")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF == sqlite3.SQLITE_CORRUPT:
            return False
        raise
    return connection.execute(f"select 1 from word_{int(month)}_data where id = 1").fetchone() is not None


def rewrite(connection: sqlite3.Connection, month: int, moved: Mapping[int, int]) -> None:
    """Writes a month's index anew: postings follow `moved` blocks to where they are now; those of gone ones go."""
    word, made, told = f"word_{int(month)}", f"made_{int(month)}", f"told_{int(month)}"
    connection.execute("create temp table if not exists moved(block integer primary key, into_block integer not null)")
    connection.execute("delete from temp.moved")
    connection.executemany("insert into temp.moved values (?, ?)", moved.items())
    connection.execute(f"create virtual table temp.{told} using fts5vocab(main, {word}, instance)")
    make_index(connection, made)
    connection.execute(
        f"insert into {made}(rowid, t) "
        "select block, group_concat(term, ' ') from ("
        f"select coalesce(into_block, doc) block, term from temp.{told} left join temp.moved m on m.block = doc"
        f") where block in (select id from block_{int(month)}) group by block order by block"
    )
    connection.execute(f"drop table temp.{told}")
    connection.execute(f"drop table {word}")
    connection.execute(f"alter table {made} rename to {word}")
    optimize(connection, month)
